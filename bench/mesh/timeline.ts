// Virtual time: things happen in the order of their moments, and nothing waits for a clock.

type Action = () => void | Promise<void>;

/** Moments closer together than this, in seconds, happen in the order in which they were planned. */
const tickSeconds = 0.05;

export class Timeline {
  readonly #ticks = new Map<number, Action[]>();
  #tick = 0;

  get nowSeconds(): number {
    return this.#tick * tickSeconds;
  }

  /** Plans an action for so many seconds from now. */
  in(seconds: number, action: Action): void {
    const tick = this.#tick + Math.max(1, Math.round(seconds / tickSeconds));
    const planned = this.#ticks.get(tick);
    if (planned) planned.push(action);
    else this.#ticks.set(tick, [action]);
  }

  /** Lets time pass: resolves when all that was due until then has happened. */
  async pass(seconds: number): Promise<void> {
    const end = this.#tick + Math.round(seconds / tickSeconds);
    while (this.#tick < end) {
      this.#tick++;
      for (const action of this.#ticks.get(this.#tick) ?? []) {
        const ended = action();
        if (ended) await ended;
      }
      this.#ticks.delete(this.#tick);
    }
  }
}
