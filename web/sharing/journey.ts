/** One segment on its way to the player: what is known of it, what is under way, who waits for it. */

import type { CdnError, CdnFetch } from "./cdn-fetch.ts";
import type { Source } from "./segment-store.ts";

export interface FlowSegment {
  url: string;
  sequence: number;
  startSeconds: number;
  endSeconds: number;
}

/** How a segment came in; the speed feeds the player's estimate of the line. */
export interface Delivery {
  data: ArrayBuffer;
  source: Source;
  bitsPerSecond: number;
}

/** A player that waits for a segment. */
export interface Demand {
  deliver(delivery: Delivery): void;
  /** The segment has left the playlist, or the player has left its rendition. */
  fail(error: CdnError): void;
}

export interface Journey {
  segment: FlowSegment;
  /** On the clock of `performance.now()`, in seconds, as all times here. */
  seenAt: number;
  /** Whether it appeared while this viewer was among peers, who then saw it appear as well. */
  isElected: boolean;
  /** The viewer was its fetcher and let others go first. */
  heldBack: boolean;
  fetch: CdnFetch | null;
  wasFetched: boolean;
  failures: number;
  failedAt: number;
  retryAt: number;
  peer: { peerId: string; since: number; bytes: number } | null;
  demands: Set<Demand>;
  arrived: { source: Source; bitsPerSecond: number } | null;
}

export function newJourney(segment: FlowSegment, seenAt: number, isElected: boolean): Journey {
  return {
    segment,
    seenAt,
    isElected,
    heldBack: false,
    fetch: null,
    wasFetched: false,
    failures: 0,
    failedAt: 0,
    retryAt: 0,
    peer: null,
    demands: new Set(),
    arrived: null,
  };
}

/** Hands the segment to all who wait for it. */
export function deliver({ demands, arrived }: Journey, data: ArrayBuffer): void {
  const { source, bitsPerSecond } = arrived ?? { source: "peers" as const, bitsPerSecond: 0 };
  for (const demand of demands) demand.deliver({ data, source, bitsPerSecond });
  demands.clear();
}

/** Ends a fetch that is under way; nobody hears of it any more. */
export function breakOffFetch(journey: Journey): void {
  journey.fetch?.abort();
  journey.fetch = null;
}

/** Tells all who wait that it won't come to them. */
export function disappoint({ demands }: Journey, error: CdnError): void {
  for (const demand of demands) demand.fail(error);
  demands.clear();
}
