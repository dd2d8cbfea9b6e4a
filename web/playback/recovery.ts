/** Recovers from errors: reports an error, retries ever more slowly, and reports when playback works again. */

import { LONGEST_RETRY_SECONDS, retryDelaySeconds } from "../sharing/retry-delay.ts";
import type { PlaybackError } from "./session.ts";

/** A retry without any outcome for this long is repeated. Longer than a playlist may take to load. */
const NO_OUTCOME_SECONDS = 10;

export class Recovery {
  readonly #report: (error: PlaybackError | null) => void;
  #error: PlaybackError | null = null;
  #failuresInARow = 0;
  #retry: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: (error: PlaybackError | null) => void) {
    this.#report = report;
  }

  get error(): PlaybackError | null {
    return this.#error;
  }

  /** Reports an error that somebody else retries, or that nobody can. */
  report(kind: PlaybackError["kind"], detail: string, retryInSeconds: number | null = null): void {
    this.#error = { kind, detail, retryInSeconds };
    this.#report(this.#error);
  }

  /** Reports an error and schedules a retry, later with each failure in a row. */
  retryLater(kind: PlaybackError["kind"], detail: string, retry: () => void): void {
    this.#failuresInARow += 1;
    const seconds = retryDelaySeconds(this.#failuresInARow, Math.random());
    this.#retry = retry;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.retryNow(), seconds * 1000);
    this.report(kind, detail, seconds);
  }

  /** Retries at once, because the cause may be gone. */
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
      (NO_OUTCOME_SECONDS + LONGEST_RETRY_SECONDS * Math.random()) * 1000,
    );
    retry();
  }

  /** Something worked. Ends the error, unless a retry is still scheduled. */
  recovered(): void {
    this.#failuresInARow = 0;
    if (this.#retry !== null) return;
    clearTimeout(this.#timer);
    if (this.#error === null) return;
    this.#error = null;
    this.#report(null);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#retry = null;
  }
}
