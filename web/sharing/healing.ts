/** Trouble that heals: tells of it once, tries again ever more slowly, and says when it has passed. */

import type { Trouble } from "./session.ts";

const FIRST_SECONDS = 0.5;
const LONGEST_SECONDS = 8;

/** A retry that nothing is heard of for so long came to nothing; longer than a playlist may take to load. */
const UNHEARD_SECONDS = 10;

/**
 * Doubles with each failure in a row up to eight seconds, then is spread by half in either direction, so that
 * viewers who failed together don't come back together. `chance` is uniform in [0, 1).
 */
export function retryDelaySeconds(failuresInARow: number, chance: number): number {
  const delay = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (failuresInARow - 1));
  return delay * (0.5 + chance);
}

export class Healing {
  readonly #tell: (trouble: Trouble | null) => void;
  #trouble: Trouble | null = null;
  #failuresInARow = 0;
  #retry: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (trouble: Trouble | null) => void) {
    this.#tell = tell;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** Something failed that others retry already. */
  ails(kind: Trouble["kind"], detail: string, retryInSeconds: number | null = null): void {
    this.#trouble = { kind, detail, retryInSeconds };
    this.#tell(this.#trouble);
  }

  /** Something failed that is to be tried again, later each time. */
  retryLater(kind: Trouble["kind"], detail: string, retry: () => void): void {
    this.#failuresInARow += 1;
    const seconds = retryDelaySeconds(this.#failuresInARow, Math.random());
    this.#retry = retry;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.retryNow(), seconds * 1000);
    this.ails(kind, detail, seconds);
  }

  /** The cause may be gone, so the wait is cut short. */
  retryNow(): void {
    const retry = this.#retry;
    if (!retry) return;
    clearTimeout(this.#timer);
    this.#retry = null;
    this.#timer = setTimeout(
      () => {
        this.#retry = retry;
        this.retryNow();
      },
      (UNHEARD_SECONDS + LONGEST_SECONDS * Math.random()) * 1000,
    );
    retry();
  }

  healed(): void {
    this.#failuresInARow = 0;
    if (this.#retry !== null) return;
    clearTimeout(this.#timer);
    if (this.#trouble === null) return;
    this.#trouble = null;
    this.#tell(null);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#retry = null;
  }
}
