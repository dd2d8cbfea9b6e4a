/**
 * Keeps the open connections, and tells those of the rendition that is played from those of one that the viewer left.
 * The engine closes the latter some seconds after leaving; peers have the same ids in all renditions' swarms.
 */

import { type StreamKind, viewerIdOf } from "../sharing/peer-id.ts";
import type { Duty } from "./announcement.ts";

export type Announcement = Duty & { held: readonly number[] };

interface Swarm {
  stream: StreamKind;
  rendition: string;
}

export interface Peer extends Swarm {
  peerId: string;
  /** Null until the peer has announced something. */
  announcement: Announcement | null;
}

/** `Key` is the connection itself. */
export class Connections<Key> {
  readonly #peers = new Map<Key, Peer>();
  readonly #played: Partial<Record<StreamKind, string>> = {};

  /** Returns whether the connection is one of the rendition that is played. */
  opened(connection: Key, peer: Omit<Peer, "announcement">): boolean {
    this.#peers.set(connection, { ...peer, announcement: null });
    return this.isPlayed(peer);
  }

  /** Keeps what a peer announced. Returns the peer, if it is one of the rendition that is played. */
  announced(connection: Key, announcement: Announcement): Peer | null {
    const peer = this.#peers.get(connection);
    if (!peer) return null;
    peer.announcement = announcement;
    return this.isPlayed(peer) ? peer : null;
  }

  /** Returns the peer, if it was one of the rendition that is played. Only the first close of a connection counts. */
  closed(connection: Key): Peer | null {
    const peer = this.#peers.get(connection);
    if (!peer) return null;
    this.#peers.delete(connection);
    return this.isPlayed(peer) ? peer : null;
  }

  /** The connections with a viewer, under whatever peer ids, in the swarms of all renditions. */
  with(peerId: string): Key[] {
    const viewer = viewerIdOf(peerId);
    return [...this.#peers].flatMap(([connection, peer]) =>
      viewerIdOf(peer.peerId) === viewer ? [connection] : [],
    );
  }

  /** All that are open, with who is behind each. */
  get all(): ReadonlyMap<Key, Readonly<Peer>> {
    return this.#peers;
  }

  /** Whose connection it is; empty if it has closed. */
  peerIdOf(connection: Key): string {
    return this.#peers.get(connection)?.peerId ?? "";
  }

  /** The player moves to another rendition. Returns the peers that it leaves, and those it is still connected with. */
  play({ stream, rendition }: Swarm): { left: Peer[]; met: Peer[] } {
    const left = this.#playedPeers(stream);
    this.#played[stream] = rendition;
    return { left, met: this.#playedPeers(stream) };
  }

  isPlayed({ stream, rendition }: Swarm): boolean {
    return this.#played[stream] === rendition;
  }

  #playedPeers(stream: StreamKind): Peer[] {
    return [...this.#peers.values()].filter((peer) => peer.stream === stream && this.isPlayed(peer));
  }
}
