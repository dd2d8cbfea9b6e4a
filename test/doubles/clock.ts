/** A clock for tests of hours: its sleepers wake in order, without waiting. */

import type { Clock } from "../../functions/channel/reach.ts";

export class TestClock implements Clock {
  #now = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + milliseconds, wake });
    });
  }

  /** Advances time until the promise settles. Throws when no sleeper is left that could settle it. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (;;) {
      await new Promise(setImmediate);
      if (isSettled) return promise;
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (!next) throw new Error("Nothing is left that could settle the promise.");
      this.#sleepers = this.#sleepers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }

  /** Advances time by this much. */
  pass(milliseconds: number): Promise<void> {
    return this.until(this.sleep(milliseconds));
  }
}
