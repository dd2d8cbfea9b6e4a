/**
 * What a peer says that it is fetching from the CDN is a promise: others wait for it. Whoever breaks some in a row isn't
 * believed any more, until it keeps one.
 */

/** Longer than any fetch that is of use. */
const LONGEST_FETCH_SECONDS = 8;

const MOST_BROKEN = 3;

const BROKEN = null;

export class FetchPromises {
  /** Since when each was promised, by sequence number. */
  readonly #promised = new Map<number, number | typeof BROKEN>();
  #brokenInARow = 0;

  /** The peer says what it fetches now, and what it holds. */
  said(fetching: ReadonlySet<number>, held: ReadonlySet<number>, now: number): void {
    for (const sequence of this.#promised.keys()) {
      if (fetching.has(sequence)) continue;
      if (held.has(sequence)) this.#brokenInARow = 0;
      this.#promised.delete(sequence);
    }
    for (const sequence of fetching) if (!this.#promised.has(sequence)) this.#promised.set(sequence, now);
  }

  /** What the peer is believed to be fetching. */
  believed(now: number): ReadonlySet<number> {
    for (const [sequence, at] of this.#promised) {
      if (at === BROKEN || now - at <= LONGEST_FETCH_SECONDS) continue;
      this.#promised.set(sequence, BROKEN);
      this.#brokenInARow += 1;
    }
    if (this.#brokenInARow >= MOST_BROKEN) return new Set();
    return new Set([...this.#promised].flatMap(([sequence, at]) => (at === BROKEN ? [] : [sequence])));
  }
}
