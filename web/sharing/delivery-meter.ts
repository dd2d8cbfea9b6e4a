/** Measures what leaves by the uplink: what peers receive, over all connections together, and acknowledgments of what they send. */

import type { DelaySample } from "./uplink-queue.ts";

interface Delivery {
  from: number;
  to: number;
  bytes: number;
}

const KEPT_SECONDS = 5;

/** SCTP acknowledges two packets of 1,150 bytes with one of 107, headers of UDP and IP included. */
const ACKNOWLEDGMENT_SHARE = 107 / 2_300;

export class DeliveryMeter {
  readonly #lastReports = new Map<string, { at: number; bytesReceived: number }>();
  #deliveries: Delivery[] = [];
  /** Acknowledgments, as far as what peers sent tells; the oldest come first. */
  #acknowledged: { at: number; bytes: number }[] = [];
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

  /** A peer sent media bytes, which the browser acknowledges. */
  received(bytes: number, at: number): void {
    this.#acknowledged.push({ at, bytes: bytes * ACKNOWLEDGMENT_SHARE });
    const oldestKept = this.#acknowledged.findIndex((one) => one.at > at - KEPT_SECONDS);
    this.#acknowledged.splice(0, oldestKept);
  }

  closed(peerId: string): void {
    this.#lastReports.delete(peerId);
  }

  /**
   * Bits per second from `since` to the last delivery, and how many seconds that is. What is delivered is BBR's delivery
   * rate (draft-cheng-iccrg-delivery-rate-estimation) with reports in the place of acknowledgments.
   */
  since(since: number): { delivered: number; acknowledged: number; seconds: number } {
    const until = Math.max(since, ...this.#deliveries.map(({ to }) => to));
    const seconds = until - since;
    if (seconds <= 0) return { delivered: 0, acknowledged: 0, seconds: 0 };
    let bytes = 0;
    for (const delivery of this.#deliveries) {
      const overlap = delivery.to - Math.max(delivery.from, since);
      if (overlap > 0) bytes += (delivery.bytes * overlap) / (delivery.to - delivery.from);
    }
    const acknowledged = this.#acknowledged
      .filter(({ at }) => at > since && at <= until)
      .reduce((sum, one) => sum + one.bytes, 0);
    return { delivered: (bytes * 8) / seconds, acknowledged: (acknowledged * 8) / seconds, seconds };
  }
}
