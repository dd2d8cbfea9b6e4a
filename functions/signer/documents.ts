/**
 * Keeps the newest signature documents, so that each is made once, whoever asks at the same time: another edge of the
 * CDN asks again, and a laptop's CDN keeps nothing.
 */

import type { Signatures } from "./sign-sequence.ts";

/** A minute of segments of two seconds. */
const KEPT = 30;

export class Documents {
  readonly #make: (sequence: number) => Promise<Signatures>;
  readonly #kept = new Map<number, Promise<Signatures>>();

  constructor(make: (sequence: number) => Promise<Signatures>) {
    this.#make = make;
  }

  /** The document as it was made, or is being made. One that isn't complete is made again the next time. */
  get(sequence: number): Promise<Signatures> {
    const known = this.#kept.get(sequence);
    if (known) return known;
    const made = this.#make(sequence);
    this.#kept.set(sequence, made);
    const forgetIf = (isToForget: boolean) => isToForget && this.#kept.delete(sequence);
    made.then(
      ({ isComplete }) => forgetIf(!isComplete),
      () => forgetIf(true),
    );
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return made;
  }
}
