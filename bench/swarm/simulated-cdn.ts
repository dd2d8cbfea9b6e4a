/** A model of one viewer's fetches from the CDN: a round trip, then the segment over the viewer's downlink. */

import type { CdnEvent } from "../../web/sharing/scheduler-events.ts";
import type { EventQueue } from "../event-queue.ts";
import type { AccessLine } from "./access-lines.ts";
import type { Ledger } from "./ledger.ts";
import type { Link } from "./link.ts";
import { CHUNKS } from "./uplink.ts";

/** While it lasts, the CDN answers nothing but errors. */
export interface Outage {
  fromSeconds: number;
  untilSeconds: number;
}

interface CdnOptions {
  queue: EventQueue;
  line: AccessLine;
  downlink: Link;
  ledger: Ledger;
  outage: Outage | null;
  onProgress: (fetch: string, bytes: number) => void;
  onEnd: (event: Extract<CdnEvent, { type: "fetch-done" | "fetch-failed" }>) => void;
}

export class SimulatedCdn {
  readonly #options: CdnOptions;
  readonly #fetching = new Set<string>();

  constructor(options: CdnOptions) {
    this.#options = options;
  }

  fetch(fetch: string, data: ArrayBuffer): void {
    const { queue, line, downlink, ledger, outage, onProgress, onEnd } = this.#options;
    this.#fetching.add(fetch);
    const { roundTripSeconds: firstByteSeconds } = line;
    queue.after(firstByteSeconds, () => {
      if (!this.#fetching.has(fetch)) return;
      const firstByteAt = queue.now;
      if (isDuring(outage, firstByteAt)) {
        this.#fetching.delete(fetch);
        onEnd({ type: "fetch-failed", fetch, status: 503, message: "The CDN is away" });
        return;
      }
      const onChunk = (bytes: number, isLast: boolean) => {
        ledger.add("cdnBytes", bytes);
        if (!this.#fetching.has(fetch)) return;
        onProgress(fetch, bytes);
        if (!isLast) return;
        this.#fetching.delete(fetch);
        const timing = { firstByteSeconds, transferSeconds: queue.now - firstByteAt };
        onEnd({ type: "fetch-done", fetch, data, timing });
      };
      const isCancelled = () => !this.#fetching.has(fetch);
      downlink.carry({ isCancelled, onChunk }, data.byteLength, CHUNKS);
    });
  }

  abort(fetch: string): void {
    this.#fetching.delete(fetch);
  }

  abortAll(): void {
    this.#fetching.clear();
  }
}

export function isDuring(outage: Outage | null, seconds: number): boolean {
  return outage !== null && seconds >= outage.fromSeconds && seconds < outage.untilSeconds;
}
