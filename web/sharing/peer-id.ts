/**
 * A viewer's peer id says what an election must know of it. `-SH02sm-` and twelve characters: client
 * and version in BitTorrent's usual style, then s (shares) or l (leeches), then m (main stream) or a (audio
 * apart). The twelve are the viewer's own and the same in all its swarms: the ten of its ticket, which the tracker
 * checks, and two random ones.
 */

export type StreamKind = "main" | "secondary";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const OURS = /^-SH\d\d([sl])([ma])-(.{12})$/;

/** Where the ticket's viewer id is in anybody's peer id: the tracker serves no other (functions/tracker/audience.ts). */
const VIEWER_ID = [8, 18] as const;

/**
 * Twelve characters that name a viewer: those of its ticket, and from there on random ones, since a viewer may have
 * several players.
 */
export function viewerNameFrom(random: Uint8Array, ticketed = ""): string {
  const chance = Array.from(random.subarray(0, 12), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return (ticketed + chance).slice(0, 12);
}

export function peerIdOf(viewer: string, kind: StreamKind, shares: boolean): string {
  return `-SH02${shares ? "s" : "l"}${kind === "main" ? "m" : "a"}-${viewer}`;
}

/** A viewer's peer id in the main stream's swarm, from its peer id in any; another client's id stays as it is. */
export function inMainSwarm(peerId: string): string {
  return OURS.test(peerId) ? `${peerId.slice(0, 6)}m${peerId.slice(7)}` : peerId;
}

/** The viewer behind a peer id; another client's id stands for itself. */
export function viewerOf(peerId: string): string {
  return OURS.exec(peerId)?.[3] ?? peerId;
}

/** The part of a peer id that the tracker vouches for: all that a viewer can't change while it keeps its ticket. */
export function viewerIdOf(peerId: string): string {
  return peerId.slice(...VIEWER_ID);
}

/** Whether a peer may be counted on to fetch for others: one of ours that shares. */
export function standsForElection(peerId: string): boolean {
  return OURS.exec(peerId)?.[1] === "s";
}

/** The stream that a peer's connection carries; other clients use one id for all, most likely the picture. */
export function kindOf(peerId: string): StreamKind {
  return OURS.exec(peerId)?.[2] === "a" ? "secondary" : "main";
}
