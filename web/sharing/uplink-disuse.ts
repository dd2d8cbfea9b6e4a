/**
 * When to measure an uplink anew that isn't used. Who passes for too weak is asked for nothing, and would never learn
 * better; a line that was busy for a moment, or has recovered, would be lost to all.
 */

/** A first measurement is made while everyone arrives and browsers are busy, so it is soon put to the test. */
const FIRST_SECONDS = 10;
/** It takes twice as long each time, unless the uplink then bears twice as much. */
const LATER_SECONDS = 60;
const LONGEST_SECONDS = 30 * 60;
const MORE = 2;

export class UplinkDisuse {
  /** Null before the uplink was first looked at. */
  #since: number | null = null;
  #limitSeconds: number;
  /** The capacity that was given up last. */
  #forgotten = 0;

  /** Takes the capacity as remembered from the last visit; null if this visit's first measurement is to come. */
  constructor(knownBitsPerSecond: number | null) {
    this.#limitSeconds = knownBitsPerSecond === null ? FIRST_SECONDS : LATER_SECONDS;
  }

  get hasForgotten(): boolean {
    return this.#forgotten > 0;
  }

  /** Something is sent. */
  ended(now: number): void {
    this.#since = now;
  }

  measured(bitsPerSecond: number): void {
    if (this.hasForgotten && bitsPerSecond >= MORE * this.#forgotten) this.#limitSeconds = LATER_SECONDS;
  }

  /** Whether this capacity has been out of use for so long that it should be forgotten now. */
  outlasts(bitsPerSecond: number, now: number): boolean {
    this.#since ??= now;
    if (now - this.#since < this.#limitSeconds) return false;
    this.#forgotten = bitsPerSecond;
    this.#limitSeconds = Math.min(LONGEST_SECONDS, Math.max(LATER_SECONDS, 2 * this.#limitSeconds));
    return true;
  }
}
