/** Keeps what the tracker said last, for whoever looks on: counts of viewers, and refusals. */

import type { StreamKind } from "../sharing/peer-id.ts";

export interface TrackerWord {
  /** On the clock of `performance.now()`, in milliseconds. */
  readonly at: number;
  readonly stream: StreamKind;
  /** Null where the tracker didn't say which it speaks of. */
  readonly rendition: string | null;
  /** In the swarm, this one among them; null in a refusal, or where the tracker doesn't know. */
  readonly viewers: number | null;
  /** As it came; an address with a ticket may be in it. */
  readonly refusal: string | null;
}

const MOST_WORDS = 50;

export class TrackerLog {
  readonly #words: TrackerWord[] = [];

  get words(): readonly TrackerWord[] {
    return this.#words;
  }

  add(word: Omit<TrackerWord, "at">): void {
    this.#words.push({ at: performance.now(), ...word });
    if (this.#words.length > MOST_WORDS) this.#words.shift();
  }
}
