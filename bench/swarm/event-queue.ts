/** Things that happen at their time: a binary heap on simulated seconds. */

interface Entry {
  at: number;
  order: number;
  happen: () => void;
}

export class EventQueue {
  readonly #heap: Entry[] = [];
  #order = 0;
  #now = 0;

  get now(): number {
    return this.#now;
  }

  /** What is due at the same instant happens in the order in which it was put in. */
  at(seconds: number, happen: () => void): void {
    const heap = this.#heap;
    let place = heap.length;
    const entry = { at: Math.max(seconds, this.#now), order: this.#order++, happen };
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (!above || !isBefore(entry, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  run(): void {
    for (let next = this.#pop(); next; next = this.#pop()) {
      this.#now = next.at;
      next.happen();
    }
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let place = 0;
    for (;;) {
      const left = heap[2 * place + 1];
      const right = heap[2 * place + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!child || !isBefore(child, last)) break;
      heap[place] = child;
      place = 2 * place + (isRight ? 2 : 1);
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
