/** Runs the scheduler's fetches from the CDN, and aborts them by the scheduler's names for them. */

import type { CdnEvent } from "../../sharing/scheduler-events.ts";
import { CdnError, fetchSegment } from "./cdn-fetch.ts";

interface Running {
  readonly aborting: AbortController;
  readonly startedAt: number;
  bytes: number;
  /** Null while nobody has said. */
  totalBytes: number | null;
}

export class SegmentFetches {
  readonly #running = new Map<string, Running>();

  /**
   * What the slowest of the running fetches takes in all at its speed so far. Infinite while nothing has come of one, or
   * its size isn't known; 0 if none runs.
   */
  get longestSeconds(): number {
    const now = performance.now();
    const expected = [...this.#running.values()].map(({ startedAt, bytes, totalBytes }) =>
      bytes === 0 || totalBytes === null
        ? Number.POSITIVE_INFINITY
        : ((now - startedAt) / 1000) * (totalBytes / bytes),
    );
    return Math.max(0, ...expected);
  }

  /** Resolves with the event to tell the scheduler, or with null if the fetch was aborted. Never rejects. */
  async run(
    fetch: string,
    address: string | Promise<string>,
    onBytes: (bytes: number) => void,
  ): Promise<CdnEvent | null> {
    const aborting = new AbortController();
    const running: Running = { aborting, startedAt: performance.now(), bytes: 0, totalBytes: null };
    this.#running.set(fetch, running);
    try {
      const url = typeof address === "string" ? address : await address;
      aborting.signal.throwIfAborted();
      const { data, timing } = await fetchSegment(url, aborting, (bytes, totalBytes) => {
        running.bytes += bytes;
        running.totalBytes = totalBytes;
        onBytes(bytes);
      });
      return aborting.signal.aborted ? null : { type: "fetch-done", fetch, data, timing };
    } catch (error) {
      // fetchSegment() rejects with nothing else but an abort's reason.
      if (!(error instanceof CdnError)) return null;
      return { type: "fetch-failed", fetch, status: error.status, message: error.message };
    } finally {
      this.#running.delete(fetch);
    }
  }

  abort(fetch: string): void {
    this.#running.get(fetch)?.aborting.abort();
  }

  abortAll(): void {
    for (const { aborting } of this.#running.values()) aborting.abort();
  }
}
