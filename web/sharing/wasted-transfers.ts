/**
 * Who only wastes this viewer's time: announces segments and then sends nothing, or next to nothing. Whoever can't spare
 * the uplink refuses at once (uploads.ts), so an honest peer isn't among them.
 */

import type { Transfer } from "./segment-state.ts";

/** A transfer isn't judged before this. */
const TRIAL_SECONDS = 2;

/** An honest peer has sent its first message by then, which has so many bytes, or refused: this one never will. */
const SILENCE_SECONDS = 3.5;
const FIRST_MESSAGE_BYTES = 1_000;

/** At less than this share of the stream's bit rate, nothing comes: the viewer's own line may be the cause of more. */
const WORTHLESS_SHARE = 0.02;

/** So many worthless transfers in a row, and the peer is dropped. */
const MOST_WASTED = 3;

/** So many silent ones: a viewer whose page was closed, or whose uplink waits for its home's other traffic, is silent once. */
const MOST_SILENT = 2;

/** What to make of the peer: believe it as before, not for now, or drop it. */
type Verdict = "believe" | "doubt" | "drop";

export class WastedTransfers {
  /** How many in a row, by peer. */
  readonly #wasted = new Map<string, number>();

  /** The peer sent a whole segment. */
  paidOff(peerId: string): void {
    this.#wasted.delete(peerId);
  }

  /** A transfer ended before the whole segment was there. */
  brokeOff(
    { peerId, startedAt, bytes, totalBytes }: Transfer,
    streamBitsPerSecond: number,
    now: number,
  ): Verdict {
    const seconds = now - startedAt;
    // What comes before the size is no part of the segment.
    const useful = totalBytes === null ? 0 : bytes;
    const isWorthless = useful * 8 < WORTHLESS_SHARE * streamBitsPerSecond * seconds;
    if (seconds < TRIAL_SECONDS || !isWorthless || peerId === "") return "believe";
    const wasted = (this.#wasted.get(peerId) ?? 0) + 1;
    this.#wasted.set(peerId, wasted);
    const isSilent = useful < FIRST_MESSAGE_BYTES && seconds >= SILENCE_SECONDS;
    if (wasted < (isSilent ? MOST_SILENT : MOST_WASTED)) return "doubt";
    this.#wasted.delete(peerId);
    return "drop";
  }
}
