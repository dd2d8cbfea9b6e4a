/**
 * Decides whom a deployment's tracker serves: the swarms of its own channel, and viewers under the ids of their tickets.
 * A tracker without an audience serves everyone.
 */
import { createHmac } from "node:crypto";
import type { Refusal, Request } from "./messages.ts";
import type { Connection } from "./swarms.ts";

export interface Audience {
  /** Seals offers, so that an answer proves that its sender was offered something. */
  readonly secret: string;
}

/** Characters of a swarm's name and of a viewer's id, as the edge function hands them out with a ticket. */
const NAME_LENGTH = 10;

/** Where a viewer's id is in its peer ids: behind `-SH01sm-`. */
const VIEWER_AT = 8;

/** An offer lapses after 50 s; its seal after one to two of these. */
const SEAL_SECONDS = 60;

/** The audience that a deployment's tracker serves; undefined without a secret. */
export function audienceFrom(environment: NodeJS.ProcessEnv): Audience | undefined {
  const secret = environment["SWARM_SECRET"];
  return secret ? { secret } : undefined;
}

/**
 * Why a request isn't one of this audience's; null if it is. What the names of its swarms begin with comes from the edge,
 * with the connection: so who connected before a revocation finds only those who did so, too.
 */
export function objectionTo(request: Request, { viewer, swarm }: Connection): Refusal | null {
  const hashes = request.kind === "scrape" ? request.infoHashes : [request.infoHash];
  const foreign = hashes.find((infoHash) => !swarm || !infoHash.startsWith(swarm));
  const action = request.kind === "scrape" ? "scrape" : "announce";
  if (foreign !== undefined) {
    const reason = "this tracker serves one channel's swarms: their names come with a ticket";
    return { kind: "refusal", cause: "ForeignSwarm", reason, action, infoHash: foreign };
  }
  if (request.kind === "scrape") return null;
  if (request.peerId.slice(VIEWER_AT, VIEWER_AT + NAME_LENGTH) === viewer) return null;
  const reason = "a peer id has to contain the viewer's id, which comes with a ticket";
  return { kind: "refusal", cause: "ForeignPeer", reason, action, infoHash: request.infoHash };
}

/** An offer on its way: in which swarm, from whom, to whom. */
interface OfferPath {
  readonly infoHash: string;
  readonly from: string;
  readonly to: string;
}

/** The id under which an offer is relayed. Clients answer with it as it is. */
export function sealed(offerId: string, path: OfferPath, { secret }: Audience, nowSeconds: number): string {
  return seal(offerId, path, secret, Math.floor(nowSeconds / SEAL_SECONDS)) + offerId;
}

/** The offer's own id; null if no such offer was relayed on this path lately. */
export function unsealed(
  sealedId: string,
  path: OfferPath,
  { secret }: Audience,
  nowSeconds: number,
): string | null {
  const offerId = sealedId.slice(NAME_LENGTH);
  const minute = Math.floor(nowSeconds / SEAL_SECONDS);
  const isOurs = [minute, minute - 1].some((at) => sealedId === seal(offerId, path, secret, at) + offerId);
  return isOurs ? offerId : null;
}

function seal(offerId: string, { infoHash, from, to }: OfferPath, secret: string, minute: number): string {
  return mac(secret, `${minute}|${infoHash}|${from}|${to}|${offerId}`);
}

function mac(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("base64url").slice(0, NAME_LENGTH);
}
