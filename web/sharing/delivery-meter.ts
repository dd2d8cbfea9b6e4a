/** Measures how fast peers receive what this viewer sends, over all connections together. */

import type { DelaySample } from "./uplink-queue.ts";

interface Delivery {
  from: number;
  to: number;
  bytes: number;
}

const KEPT_SECONDS = 5;

export class DeliveryMeter {
  readonly #lastReports = new Map<string, { at: number; bytesReceived: number }>();
  #deliveries: Delivery[] = [];
  /** Sent, and not yet reported as received. No peer can report more. */
  #bytesUnderWay = 0;

  sent(bytes: number): void {
    this.#bytesUnderWay += bytes;
  }

  /** A peer reported what it has received; `at` is when the probe that it answers left the uplink, on this viewer's clock. */
  reported({ peerId, bytesReceived }: DelaySample, at: number): void {
    const last = this.#lastReports.get(peerId);
    if (last && (at <= last.at || bytesReceived < last.bytesReceived)) return;
    this.#lastReports.set(peerId, { at, bytesReceived });
    if (!last) return;
    const bytes = Math.min(bytesReceived - last.bytesReceived, this.#bytesUnderWay);
    this.#bytesUnderWay -= bytes;
    if (bytes > 0) this.#deliveries.push({ from: last.at, to: at, bytes });
    this.#deliveries = this.#deliveries.filter(({ to }) => to > at - KEPT_SECONDS);
  }

  closed(peerId: string): void {
    this.#lastReports.delete(peerId);
  }

  /**
   * Bits per second from `since` to the last delivery, and how many seconds that is. This is BBR's delivery rate
   * (draft-cheng-iccrg-delivery-rate-estimation) with reports in the place of acknowledgments.
   */
  since(since: number): { bitsPerSecond: number; seconds: number } {
    const until = Math.max(since, ...this.#deliveries.map(({ to }) => to));
    const seconds = until - since;
    if (seconds <= 0) return { bitsPerSecond: 0, seconds: 0 };
    let bytes = 0;
    for (const delivery of this.#deliveries) {
      const overlap = delivery.to - Math.max(delivery.from, since);
      if (overlap > 0) bytes += (delivery.bytes * overlap) / (delivery.to - delivery.from);
    }
    return { bitsPerSecond: (bytes * 8) / seconds, seconds };
  }
}
