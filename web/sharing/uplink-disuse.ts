/**
 * When to measure an uplink anew that isn't used. Who passes for too weak is asked for nothing, and would never learn
 * better; a line that was busy for a moment, or has recovered, would be lost to all.
 */

/** It takes twice as long each time, unless the uplink then bears twice as much. */
const FIRST_SECONDS = 60;
const LONGEST_SECONDS = 30 * 60;
const MORE = 2;

export class UplinkDisuse {
  /** Null before the uplink was first looked at. */
  #since: number | null = null;
  #limitSeconds = FIRST_SECONDS;
  /** The capacity that was given up last. */
  #forgotten = 0;

  get hasForgotten(): boolean {
    return this.#forgotten > 0;
  }

  /** Something is sent. */
  ended(now: number): void {
    this.#since = now;
  }

  measured(bitsPerSecond: number): void {
    if (bitsPerSecond >= MORE * this.#forgotten) this.#limitSeconds = FIRST_SECONDS;
  }

  /** Whether this capacity has been out of use for so long that it should be forgotten now. */
  outlasts(bitsPerSecond: number, now: number): boolean {
    this.#since ??= now;
    if (now - this.#since < this.#limitSeconds) return false;
    this.#forgotten = bitsPerSecond;
    this.#limitSeconds = Math.min(LONGEST_SECONDS, 2 * this.#limitSeconds);
    return true;
  }
}
