/** A ring in memory: seats in the order of their positions, with fast insertion, removal and reading from anywhere. */
import type { Seat } from "./swarms.ts";

interface Entry {
  readonly position: number;
  readonly seat: Seat;
}

/**
 * Positions are spread evenly, so a seat's bucket follows from its position and holds only a few seats, in order. The
 * number of buckets doubles and halves with the number of seats.
 */
export class OrderedSeats {
  #buckets: Entry[][] = [[]];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The seats at a position; there are several only where seats share a position on purpose. */
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

  /** Passes seats to `isEnough`, each once, from a position on and round to it again, until it returns true. */
  from(start: number, isEnough: (position: number, seat: Seat) => boolean): void {
    const first = this.#index(start);
    const count = this.#buckets.length;
    for (let step = 0; step <= count; step++) {
      for (const { position, seat } of this.#bucketAt((first + step) % count)) {
        const isDue = step === 0 ? position >= start : step < count || position < start;
        if (isDue && isEnough(position, seat)) return;
      }
    }
  }

  #index(position: number): number {
    return Math.floor(position * this.#buckets.length);
  }

  #bucket(position: number): Entry[] {
    return this.#bucketAt(this.#index(position));
  }

  #bucketAt(index: number): Entry[] {
    const bucket = this.#buckets[index];
    if (bucket === undefined) throw new RangeError("a position must be in [0, 1)");
    return bucket;
  }

  #resize(count: number): void {
    const all = this.#buckets.flat();
    this.#buckets = Array.from({ length: count }, () => []);
    for (const entry of all) this.#bucket(entry.position).push(entry);
  }
}
