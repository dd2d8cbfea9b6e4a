/** Runs the scheduler's fetches from the CDN, and aborts them by the scheduler's names for them. */

import type { CdnEvent } from "../../sharing/scheduler-events.ts";
import { CdnError, fetchSegment } from "./cdn-fetch.ts";

export class SegmentFetches {
  readonly #running = new Map<string, AbortController>();

  /** Resolves with the event to tell the scheduler, or with null if the fetch was aborted. Never rejects. */
  async run(
    fetch: string,
    address: string | Promise<string>,
    onBytes: (bytes: number) => void,
  ): Promise<CdnEvent | null> {
    const aborting = new AbortController();
    this.#running.set(fetch, aborting);
    try {
      const url = typeof address === "string" ? address : await address;
      aborting.signal.throwIfAborted();
      const { data, timing } = await fetchSegment(url, aborting, onBytes);
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
    this.#running.get(fetch)?.abort();
  }

  abortAll(): void {
    for (const aborting of this.#running.values()) aborting.abort();
  }
}
