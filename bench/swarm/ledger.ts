/** What one simulated viewer carried and did, from a given time on. */

import type { EventQueue } from "../event-queue.ts";

interface Counts {
  cdnBytes: number;
  peerBytes: number;
  /** Of whole segments, each once. */
  usedBytes: number;
  sentBytes: number;
  /** That the scheduler was told. */
  events: number;
}

export class Ledger {
  readonly #queue: EventQueue;
  readonly #fromSeconds: number;
  readonly #counts: Counts = { cdnBytes: 0, peerBytes: 0, usedBytes: 0, sentBytes: 0, events: 0 };
  readonly #late = new Set<number>();
  readonly #buffers: number[] = [];
  readonly #joinedAt: number;
  #leftAt: number | null = null;

  constructor(queue: EventQueue, fromSeconds: number) {
    this.#queue = queue;
    this.#fromSeconds = fromSeconds;
    this.#joinedAt = queue.now;
  }

  add(what: keyof Counts, amount: number): void {
    if (this.#queue.now >= this.#fromSeconds) this.#counts[what] += amount;
  }

  addLate(sequence: number): void {
    this.#late.add(sequence);
  }

  /** What the player holds now. */
  addBuffer(seconds: number): void {
    if (this.#queue.now >= this.#fromSeconds) this.#buffers.push(seconds);
  }

  get buffers(): readonly number[] {
    return this.#buffers;
  }

  close(): void {
    this.#leftAt ??= this.#queue.now;
  }

  get counts(): Readonly<Counts> {
    return this.#counts;
  }

  get late(): ReadonlySet<number> {
    return this.#late;
  }

  /** How long the viewer was there while this was counted; `endsAt` is when counting ended. */
  seconds(endsAt: number): number {
    return Math.max(0, (this.#leftAt ?? endsAt) - Math.max(this.#joinedAt, this.#fromSeconds));
  }
}
