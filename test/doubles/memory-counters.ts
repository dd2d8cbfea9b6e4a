/** Counts in memory, in place of the table's. */

import type { Counters } from "../../functions/tracker/limits.ts";

/** Knows how often it was asked to count, too. */
export class MemoryCounters implements Counters {
  readonly #counts = new Map<string, number>();
  writes = 0;

  async add(name: string, by: number, most: number, window: number): Promise<boolean> {
    this.writes += 1;
    const key = `${name} ${window}`;
    const count = (this.#counts.get(key) ?? 0) + by;
    if (count > most) return false;
    this.#counts.set(key, count);
    return true;
  }
}
