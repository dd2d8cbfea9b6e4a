// A ring in memory: seats in the order of their positions, quick to enter, to leave and to read from anywhere.
import type { Seat } from "./swarms.ts";

export interface Seated {
  readonly position: number;
  readonly seat: Seat;
}

/**
 * Positions are spread evenly, so a seat's bucket follows from its position, and each holds a handful in order.
 * The number of buckets doubles and halves with the number of seats.
 */
export class OrderedSeats {
  #buckets: Seated[][] = [[]];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(position: number, peerId: string): Seat | undefined {
    return this.#bucket(position).find((entry) => entry.seat.peerId === peerId)?.seat;
  }

  set(position: number, seat: Seat): void {
    const bucket = this.#bucket(position);
    const same = bucket.findIndex((entry) => entry.seat.peerId === seat.peerId);
    if (same >= 0) {
      bucket[same] = { position, seat };
      return;
    }
    const after = bucket.findIndex((entry) => entry.position > position);
    bucket.splice(after < 0 ? bucket.length : after, 0, { position, seat });
    this.#size++;
    if (this.#size > this.#buckets.length * 8) this.#resize(this.#buckets.length * 2);
  }

  delete(position: number, peerId: string): void {
    const bucket = this.#bucket(position);
    const at = bucket.findIndex((entry) => entry.seat.peerId === peerId);
    if (at < 0) return;
    bucket.splice(at, 1);
    this.#size--;
    if (this.#buckets.length > 1 && this.#size < this.#buckets.length * 2)
      this.#resize(this.#buckets.length / 2);
  }

  /** All seats once, from a position on and round to it again. */
  *from(start: number): Generator<Seated> {
    const first = this.#index(start);
    const count = this.#buckets.length;
    for (const entry of this.#buckets[first] ?? []) if (entry.position >= start) yield entry;
    for (let step = 1; step < count; step++) yield* this.#buckets[(first + step) % count] ?? [];
    for (const entry of this.#buckets[first] ?? []) if (entry.position < start) yield entry;
  }

  #index(position: number): number {
    return Math.floor(position * this.#buckets.length);
  }

  #bucket(position: number): Seated[] {
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
