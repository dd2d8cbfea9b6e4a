/** A virtual player without peers: what a viewer's buffer would be if it fetched each segment from the CDN at once. */

import type { ListedSegment } from "./scheduler-events.ts";

export class CdnAlone {
  #fetchSeconds = 0;
  #listed: readonly ListedSegment[] = [];
  /** In order. The first is what it holds; empty before it has started. */
  readonly #fetches: { endSeconds: number; doneAt: number }[] = [];

  /** What one fetch of a segment takes, as measured. Applies to segments that are listed from now on. */
  measured(fetchSeconds: number): void {
    this.#fetchSeconds = fetchSeconds;
  }

  /** What the playlist lists now. Segments that are new are fetched one after the other. */
  listed(segments: readonly ListedSegment[], now: number): void {
    this.#listed = segments;
    this.#fetchListed(now);
  }

  /** Starts with what the real player holds, so that only what happens from now on makes a difference. */
  startFrom(heldUntilSeconds: number, now: number): void {
    this.#fetches.length = 0;
    this.#fetches.push({ endSeconds: heldUntilSeconds, doneAt: now });
    this.#fetchListed(now);
  }

  /** What it holds ahead of this position. `now` never goes back. */
  bufferSeconds(positionSeconds: number, now: number): number {
    this.#fetches.splice(
      0,
      this.#fetches.findLastIndex(({ doneAt }) => doneAt <= now),
    );
    return Math.max(0, (this.#fetches[0]?.endSeconds ?? 0) - positionSeconds);
  }

  #fetchListed(now: number): void {
    for (const { startSeconds, endSeconds } of this.#listed) {
      const last = this.#fetches.at(-1);
      // hls.js corrects a segment's times by a fraction once it has parsed it, so the middle tells what is new.
      if (!last || (startSeconds + endSeconds) / 2 < last.endSeconds) continue;
      this.#fetches.push({ endSeconds, doneAt: Math.max(now, last.doneAt) + this.#fetchSeconds });
    }
  }
}
