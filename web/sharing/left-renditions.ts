/** What is still held of renditions that the player left: peers go on asking for them for a moment. */

import type { Delivery } from "./scheduler-events.ts";

/** Longer than the peer layer serves a rendition that was left (engine.ts). */
const KEPT_AFTER_LEAVING_SECONDS = 7;

type Deliveries = Map<number, Delivery>;

export class LeftRenditions {
  readonly #renditions = new Map<string, { until: number; deliveries: Deliveries }>();

  /** Keeps a rendition's segments, by sequence number, for a while from `now`. */
  keep(rendition: string, deliveries: Deliveries, now: number): void {
    if (deliveries.size === 0) return;
    this.#renditions.set(rendition, { until: now + KEPT_AFTER_LEAVING_SECONDS, deliveries });
  }

  /** The player came back: gives what is held of the rendition, which is no longer kept here. */
  takeBack(rendition: string): ReadonlyMap<number, Delivery> {
    const deliveries: Deliveries = this.#renditions.get(rendition)?.deliveries ?? new Map();
    this.#renditions.delete(rendition);
    return deliveries;
  }

  /** A peer sent one more; tells whether it is kept. */
  add(rendition: string, sequence: number, delivery: Delivery): boolean {
    const left = this.#renditions.get(rendition);
    if (!left || left.deliveries.has(sequence)) return false;
    left.deliveries.set(sequence, delivery);
    return true;
  }

  /** Lets go of what was kept long enough, and says what that was. */
  expire(now: number): { rendition: string; sequences: number[] }[] {
    const expired = [...this.#renditions].filter(([, { until }]) => until <= now);
    for (const [rendition] of expired) this.#renditions.delete(rendition);
    return expired.map(([rendition, { deliveries }]) => ({ rendition, sequences: [...deliveries.keys()] }));
  }
}
