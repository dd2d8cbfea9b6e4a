/**
 * Limits what viewers and networks do over all their connections, and all instances of the tracker: a count for each in
 * windows of ten minutes. The limits of load.ts are stricter but see one connection from one instance.
 */
import type { Connection } from "./swarms.ts";

/** Counts by name, such as `viewer#…`, within a window. */
export interface Counters {
  /**
   * Adds to a count, unless it would exceed `most`. Resolves to the new count, or to null if it wasn't added. Rejects
   * with `Throttled` when the store is overloaded.
   */
  add(name: string, by: number, most: number, window: number): Promise<number | null>;
}

export const WINDOW_SECONDS = 600;

/** A viewer who is alone in two swarms announces up to 150 times. */
const ANNOUNCES_OF_A_VIEWER = 300;

/** A viewer connects once in two hours; behind one address may be a whole school. */
const CONNECTS_FROM_A_NETWORK = 1000;

/** Every tenth announce of a viewer counts as ten for its network, so that most take a single write. */
const STEP = 10;
const ANNOUNCES_FROM_A_NETWORK = 6000;

export class Limits {
  readonly #counters: Counters;
  readonly #nowSeconds: () => number;
  /** Names that this instance has seen reach their limit in this window: they are refused without a write. */
  readonly #spent = new Set<string>();
  #window = 0;

  constructor(counters: Counters, nowSeconds: () => number) {
    this.#counters = counters;
    this.#nowSeconds = nowSeconds;
  }

  /** Counts a connection; resolves to whether it is within its network's limit. */
  async mayConnect({ locality }: Connection): Promise<boolean> {
    return (await this.#add(`connects#${locality.lan}`, 1, CONNECTS_FROM_A_NETWORK)) !== null;
  }

  /** Counts an announce or a scrape; resolves to whether it is within the limits of its viewer and network. */
  async mayAnnounce({ id, viewer = id, locality }: Connection): Promise<boolean> {
    const network = `network#${locality.lan}`;
    if (this.#isSpent(network)) return false;
    const count = await this.#add(`viewer#${viewer}`, 1, ANNOUNCES_OF_A_VIEWER);
    if (count === null || count % STEP !== 0) return count !== null;
    return (await this.#add(network, STEP, ANNOUNCES_FROM_A_NETWORK)) !== null;
  }

  async #add(name: string, by: number, most: number): Promise<number | null> {
    if (this.#isSpent(name)) return null;
    const count = await this.#counters.add(name, by, most, this.#window);
    if (count === null) this.#spent.add(name);
    return count;
  }

  #isSpent(name: string): boolean {
    const window = Math.floor(this.#nowSeconds() / WINDOW_SECONDS);
    if (window !== this.#window) this.#spent.clear();
    this.#window = window;
    return this.#spent.has(name);
  }
}
