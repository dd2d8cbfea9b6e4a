/** Counts the messages between viewers and a tracker, by kind and by second. */

export type Kind = "announces" | "replies" | "offers out" | "answers in" | "answers out";

export class Traffic {
  readonly #seconds = new Map<Kind, number[]>();

  count(kind: Kind, nowSeconds: number): void {
    const seconds = this.#of(kind);
    const second = Math.floor(nowSeconds);
    seconds[second] = (seconds[second] ?? 0) + 1;
  }

  /** Messages of some kinds, or of all, from one moment to another. */
  total(from: number, to: number, ...kinds: Kind[]): number {
    return this.#each(from, to, kinds).reduce((sum, count) => sum + count, 0);
  }

  /** The most messages in a second. */
  peak(from: number, to: number, ...kinds: Kind[]): number {
    return this.#each(from, to, kinds).reduce((most, count) => Math.max(most, count), 0);
  }

  #each(from: number, to: number, kinds: readonly Kind[]): number[] {
    const counted = kinds.length > 0 ? kinds.map((kind) => this.#of(kind)) : [...this.#seconds.values()];
    return Array.from({ length: Math.ceil(to) - Math.floor(from) }, (_, n) =>
      counted.reduce((sum, seconds) => sum + (seconds[Math.floor(from) + n] ?? 0), 0),
    );
  }

  #of(kind: Kind): number[] {
    const present = this.#seconds.get(kind);
    if (present) return present;
    const seconds: number[] = [];
    this.#seconds.set(kind, seconds);
    return seconds;
  }
}
