// The encoder's clock: the machine's time of day, but steady, so that frames stay evenly spaced while it is corrected.

/** The time of day may wander this far from the steady clock before it counts as set anew, or the machine as asleep. */
const JUMP_SECONDS = 1;

export class Clock {
  #origin = Date.now() / 1000 - performance.now() / 1000;

  /** Seconds since the epoch. */
  now(): number {
    return this.#origin + performance.now() / 1000;
  }

  /** Whether the time of day was set, or the machine slept, since the last look; if so the clock follows it. */
  hasJumped(): boolean {
    const origin = Date.now() / 1000 - performance.now() / 1000;
    if (Math.abs(origin - this.#origin) < JUMP_SECONDS) return false;
    this.#origin = origin;
    return true;
  }
}
