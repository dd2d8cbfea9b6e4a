/** A token bucket: spaces messages so that they keep to a rate, and tells whether the rate is what limits the sender. */

/** The bucket holds this much at the rate. With the message that overdraws it, a burst lasts twice as long. */
const BUCKET_SECONDS = 0.01;

/** The rate limits a sender that leaves less than this unused, for about six messages in a row. */
const MOSTLY_UNUSED = 0.3;
const NEWEST = 0.2;

/** A sender that leaves the bucket full for longer has paused; a busy browser's timers are late by less. */
const PAUSE_SECONDS = 0.03;

export class TokenBucket {
  /** Negative after a message, until its time has passed. */
  #bits = 0;
  #filledAt = 0;
  /** What the bucket had no room for since the last message. */
  #overflowBits = 0;
  /** The overflow's share of what could have been sent, smoothed. */
  #unusedShare = 1;

  /** Whether the sender sends as soon as it may. */
  get isLimiting(): boolean {
    return this.#unusedShare < MOSTLY_UNUSED;
  }

  secondsUntilRoom(bitsPerSecond: number, now: number): number {
    this.#fill(bitsPerSecond, now);
    return this.#bits < 0 ? -this.#bits / bitsPerSecond : 0;
  }

  spend(bits: number, bitsPerSecond: number, now: number): void {
    this.#fill(bitsPerSecond, now);
    const unused = this.#overflowBits / (this.#overflowBits + bits);
    const isAfterPause = this.#overflowBits > bitsPerSecond * PAUSE_SECONDS;
    this.#unusedShare = isAfterPause ? 1 : this.#unusedShare + NEWEST * (unused - this.#unusedShare);
    this.#overflowBits = 0;
    this.#bits -= bits;
  }

  #fill(bitsPerSecond: number, now: number): void {
    const filled = this.#bits + Math.max(0, now - this.#filledAt) * bitsPerSecond;
    this.#bits = Math.min(filled, bitsPerSecond * BUCKET_SECONDS);
    this.#overflowBits += filled - this.#bits;
    this.#filledAt = now;
  }
}
