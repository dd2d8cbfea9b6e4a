/**
 * Who only wastes this viewer's time: announces segments and then sends nothing, or next to nothing. Whoever can't spare
 * the uplink refuses at once (uploads.ts), so an honest peer isn't among them.
 */

import type { Transfer } from "./segment-state.ts";

/** A transfer isn't judged before this. */
const TRIAL_SECONDS = 2;

/** At less than this share of the stream's bit rate, nothing comes: the viewer's own line may be the cause of more. */
const WORTHLESS_SHARE = 0.02;

/** So many worthless transfers in a row, and the peer is dropped. */
const MOST_WASTED = 3;

export class WastedTransfers {
  /** How many in a row, by peer. */
  readonly #wasted = new Map<string, number>();

  /** The peer sent a whole segment. */
  paidOff(peerId: string): void {
    this.#wasted.delete(peerId);
  }

  /** A transfer ended before the whole segment was there. Returns whether to drop the peer. */
  brokeOff(
    { peerId, startedAt, bytes, totalBytes }: Transfer,
    streamBitsPerSecond: number,
    now: number,
  ): boolean {
    const seconds = now - startedAt;
    // What comes before the size is no part of the segment.
    const useful = totalBytes === null ? 0 : bytes;
    const isWorthless = useful * 8 < WORTHLESS_SHARE * streamBitsPerSecond * seconds;
    if (seconds < TRIAL_SECONDS || !isWorthless || peerId === "") return false;
    const wasted = (this.#wasted.get(peerId) ?? 0) + 1;
    this.#wasted.set(peerId, wasted);
    if (wasted < MOST_WASTED) return false;
    this.#wasted.delete(peerId);
    return true;
  }
}
