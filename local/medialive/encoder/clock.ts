/**
 * The encoder's clock: the time of day, but monotonic, so that frames stay evenly spaced while NTP corrects the clock.
 */

/** A difference of more than this between both clocks means that the clock was set, or that the machine slept. */
const JUMP_SECONDS = 1;

export class Clock {
  #origin = Date.now() / 1000 - performance.now() / 1000;

  /** Seconds since the epoch. */
  now(): number {
    return this.#origin + performance.now() / 1000;
  }

  /** Whether the clock was set, or the machine slept, since the last call. If so, this clock follows. */
  hasJumped(): boolean {
    const origin = Date.now() / 1000 - performance.now() / 1000;
    if (Math.abs(origin - this.#origin) < JUMP_SECONDS) return false;
    this.#origin = origin;
    return true;
  }
}
