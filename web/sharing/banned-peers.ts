/**
 * Peers that this viewer doesn't meet again: for the rest of the visit whoever broke the protocol or sent what wasn't
 * signed, for a minute whoever only wasted its time.
 */

import { viewerIdOf } from "./peer-id.ts";

/** More than anybody meets in a visit; the oldest is forgotten. */
const MOST_BANNED = 1_000;

export class BannedPeers {
  /** By the ticket's viewer id, since a viewer may take any number of peer ids with it: until when, in seconds on the caller's clock. */
  readonly #until = new Map<string, number>();

  ban(peerId: string, until = Number.POSITIVE_INFINITY): void {
    const viewer = viewerIdOf(peerId);
    this.#until.set(viewer, Math.max(until, this.#until.get(viewer) ?? 0));
    const [oldest = ""] = this.#until.keys();
    if (this.#until.size > MOST_BANNED) this.#until.delete(oldest);
  }

  has(peerId: string, now: number): boolean {
    return (this.#until.get(viewerIdOf(peerId)) ?? 0) > now;
  }
}
