/** Adds up the time that a viewer watched: playing or waiting for data, not paused. */

/** A hidden page's timers run once a minute; a longer gap is a computer that slept. */
const LONGEST_LOOK_MS = 90_000;

export class WatchMeter {
  watchedMs = 0;
  #last: number | null = null;

  look(atMs: number, isWatching: boolean): void {
    const since = this.#last === null ? 0 : atMs - this.#last;
    if (isWatching && since <= LONGEST_LOOK_MS) this.watchedMs += since;
    this.#last = isWatching ? atMs : null;
  }
}
