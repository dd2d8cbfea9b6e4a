/** Simulated time: actions run in the order of their times, and nothing waits for a clock. */

type Action = () => void | Promise<void>;

interface Entry {
  readonly at: number;
  /** Entries of the same time run in the order in which they were added. */
  readonly order: number;
  readonly action: Action;
}

/** A binary heap, ordered by time. */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #added = 0;
  #now = 0;

  /** Seconds since the start of the simulation. */
  get now(): number {
    return this.#now;
  }

  /** Plans an action for a time; for one that has passed, at once. */
  at(seconds: number, action: Action): void {
    const heap = this.#heap;
    const entry = { at: Math.max(seconds, this.#now), order: this.#added++, action };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || !isBefore(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  /** Plans an action for so many seconds from now. */
  after(seconds: number, action: Action): void {
    this.at(this.#now + seconds, action);
  }

  /** Runs everything that is planned. Throws at an action that returns a promise, since it can't wait. */
  run(): void {
    for (let next = this.#pop(); next; next = this.#pop()) {
      this.#now = next.at;
      if (next.action()) throw new TypeError("run() can't wait for an action: use runUntil()");
    }
  }

  /** Runs everything that is planned up to a time, each action after the one before has ended. */
  async runUntil(seconds: number): Promise<void> {
    for (let next = this.#heap[0]; next && next.at <= seconds; next = this.#heap[0]) {
      this.#pop();
      this.#now = next.at;
      const ended = next.action();
      if (ended) await ended;
    }
    this.#now = Math.max(this.#now, seconds);
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!child || !isBefore(child, last)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
