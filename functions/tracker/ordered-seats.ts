// A ring in memory: seats in the order of their positions, quick to enter, to leave and to read from anywhere.
import type { Seat } from "./swarms.ts";

interface Entry {
  readonly position: number;
  readonly seat: Seat;
}

/**
 * Positions are spread evenly, so a seat's bucket follows from its position, and each holds a handful in order.
 * The number of buckets doubles and halves with the number of seats.
 */
export class OrderedSeats {
  #buckets: Entry[][] = [[]];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The seats at a position: of more than one name only if they share it on purpose. */
  at(position: number): Seat[] {
    return this.#bucket(position)
      .filter((entry) => entry.position === position)
      .map(({ seat }) => seat);
  }

  add(position: number, seat: Seat): void {
    const bucket = this.#bucket(position);
    const after = bucket.findIndex((entry) => entry.position > position);
    bucket.splice(after < 0 ? bucket.length : after, 0, { position, seat });
    this.#size++;
    if (this.#size > this.#buckets.length * 8) this.#resize(this.#buckets.length * 2);
  }

  delete(position: number, seat: Seat): void {
    const bucket = this.#bucket(position);
    const index = bucket.findIndex((entry) => entry.seat === seat);
    if (index < 0) return;
    bucket.splice(index, 1);
    this.#size--;
    if (this.#buckets.length > 1 && this.#size < this.#buckets.length * 2) {
      this.#resize(this.#buckets.length / 2);
    }
  }

  /** Shows all seats once, from a position on and round to it again, until it has shown enough. */
  from(start: number, isEnough: (position: number, seat: Seat) => boolean): void {
    const first = this.#index(start);
    const count = this.#buckets.length;
    for (let step = 0; step <= count; step++) {
      for (const { position, seat } of this.#buckets[(first + step) % count] ?? []) {
        const isDue = step === 0 ? position >= start : step < count || position < start;
        if (isDue && isEnough(position, seat)) return;
      }
    }
  }

  #index(position: number): number {
    return Math.floor(position * this.#buckets.length);
  }

  #bucket(position: number): Entry[] {
    const bucket = this.#buckets[this.#index(position)];
    if (bucket === undefined) throw new RangeError(`a position must be in [0, 1): ${position}`);
    return bucket;
  }

  #resize(count: number): void {
    const all = this.#buckets.flat();
    this.#buckets = Array.from({ length: count }, () => []);
    for (const entry of all) this.#bucket(entry.position).push(entry);
  }
}
