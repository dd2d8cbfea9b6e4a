/**
 * Limits what viewers and networks do over all their connections, and all instances of the tracker: a count for each in
 * windows of ten minutes. The limits of load.ts are stricter but see one connection from one instance.
 */
import type { Connection } from "./swarms.ts";

/** Counts by name, such as `viewer#…`, within a window. */
export interface Counters {
  /**
   * Adds to a count, unless it would exceed `most`. Resolves to whether it was added. Rejects with `Throttled` when the
   * store is overloaded.
   */
  add(name: string, by: number, most: number, window: number): Promise<boolean>;
}

export const WINDOW_SECONDS = 600;

/** The window in which a moment lies. */
export function windowAt(nowSeconds: number): number {
  return Math.floor(nowSeconds / WINDOW_SECONDS);
}

/**
 * Of a name's announces or connections, an instance counts each tenth, as ten: the others cost no write, and don't wait
 * for one. Which is the first is drawn, so that a tenth is counted however messages fall on instances.
 */
const STEP = 10;

/** A viewer who is alone in two swarms announces up to 150 times. */
const ANNOUNCES_OF_A_VIEWER = 300;
const ANNOUNCES_FROM_A_NETWORK = 6000;

/** A viewer connects once in two hours, and again when its line has failed; behind one address may be a whole school. */
const CONNECTS_OF_A_VIEWER = 60;
const CONNECTS_FROM_A_NETWORK = 1000;

export class Limits {
  readonly #counters: Counters;
  readonly #nowSeconds: () => number;
  readonly #random: () => number;
  /** Names that this instance has seen reach their limit in this window: they are refused without a write. */
  readonly #spent = new Set<string>();
  /** How many of each name's are still to come before one is counted. */
  readonly #uncounted = new Map<string, number>();
  #window = 0;

  /** `random` returns numbers in [0, 1). */
  constructor(counters: Counters, nowSeconds: () => number, random: () => number) {
    this.#counters = counters;
    this.#nowSeconds = nowSeconds;
    this.#random = random;
  }

  /** Counts a connection; resolves to whether it is within the limits of its network and of its ticket's viewer. */
  mayConnect(lan: string, viewer?: string): Promise<boolean> {
    const name = `connects#${lan}`;
    return this.#may(name, {
      [name]: CONNECTS_FROM_A_NETWORK,
      ...(viewer !== undefined && { [`connects-of#${viewer}`]: CONNECTS_OF_A_VIEWER }),
    });
  }

  /** Counts an announce or a scrape; resolves to whether it is within the limits of its viewer and network. */
  mayAnnounce({ id, viewer = id, locality }: Connection): Promise<boolean> {
    const name = `viewer#${viewer}`;
    return this.#may(name, {
      [name]: ANNOUNCES_OF_A_VIEWER,
      [`network#${locality.lan}`]: ANNOUNCES_FROM_A_NETWORK,
    });
  }

  /** Counts one of `name` for each name that it is limited by. */
  async #may(name: string, limits: Readonly<Record<string, number>>): Promise<boolean> {
    this.#forgetLastWindow();
    if (Object.keys(limits).some((each) => this.#spent.has(each))) return false;
    if (!this.#isCounted(name)) return true;
    const window = this.#window;
    const counted = await Promise.all(
      Object.entries(limits).map(async ([each, most]) => {
        // An instance leaves up to nine uncounted, so that many are kept free.
        const isWithin = await this.#counters.add(each, STEP, most - STEP, window);
        if (!isWithin && window === this.#window) this.#spent.add(each);
        return isWithin;
      }),
    );
    return !counted.includes(false);
  }

  #isCounted(name: string): boolean {
    const before = this.#uncounted.get(name) ?? Math.floor(this.#random() * STEP);
    this.#uncounted.set(name, before === 0 ? STEP - 1 : before - 1);
    return before === 0;
  }

  #forgetLastWindow(): void {
    const window = windowAt(this.#nowSeconds());
    if (window === this.#window) return;
    this.#spent.clear();
    this.#uncounted.clear();
    this.#window = window;
  }
}
