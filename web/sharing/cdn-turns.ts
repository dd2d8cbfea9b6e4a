/**
 * One stream's fetches from the CDN: each segment that is missing, when it is this viewer's turn. Asks turn.ts
 * when that is, acts, and learns from what came of it.
 */

import { CdnError, fetchFromCdn } from "./cdn-fetch.ts";
import type { FiguresLog } from "./figures.ts";
import { fetchSecondsOn, type Geometry, UNKNOWN_HANDOVER_SECONDS } from "./geometry.ts";
import { retryDelaySeconds } from "./healing.ts";
import { breakOffFetch, disappoint, type Journey } from "./journey.ts";
import type { LineMeter } from "./line-meter.ts";
import { Patience } from "./patience.ts";
import { peerIdOf, type StreamKind } from "./peer-id.ts";
import type { SegmentStore } from "./segment-store.ts";
import { turnFor } from "./turn.ts";

export interface TurnSurroundings {
  kind: StreamKind;
  /** This viewer's name in its peer ids. */
  viewer: string;
  store: SegmentStore;
  meter: LineMeter;
  figures: FiguresLog;
  geometry(): Geometry;
  /** Where the picture is, in seconds of the video's time; null while it waits for more. */
  position(): number | null;
  /** False while connections to peers may still come up, soon after the start. */
  isSettled(): boolean;
  /** Whether this viewer can be the fetcher for others: it gives, and its uplink bears it. */
  canServe(): boolean;
  /** Whether segments are brought before the player asks; not to a viewer whose player fetches for itself. */
  fetchesAhead(): boolean;
  /** What is really asked of the CDN for a segment's address. */
  requestAddress(address: string): string;
  /** When something last came through from the CDN, a playlist or a segment of any kind. */
  cdnWorkedAt(): number;
  onCdn(outcome: "works" | CdnError): void;
}

/** The rendition that is played, its segments, and the viewers it is shared with, as they stand. */
export interface Played {
  readonly rendition: string;
  readonly journeys: Iterable<Journey>;
  readonly neighbours: readonly string[];
}

/** However still it is, the situation is looked at again after this. */
const REVIEW_SECONDS = 0.25;

/** From a peer's having a segment to our asking for it. */
const ANNOUNCEMENT_SECONDS = 0.1;

const MAX_PREFETCHES = 2;

/** After so many failures in a row the player hears of it: another rendition, or the next segment, may do. */
const FAILURES_TO_TELL = 3;

/** The CDN is back: what failed while it was away isn't put off longer than this after its last failure. */
const LONGEST_RETRY_ONCE_BACK_SECONDS = 1;

const now = () => performance.now() / 1000;

export class CdnTurns {
  readonly #around: TurnSurroundings;
  readonly #played: Played;
  readonly #patience = new Patience();
  #handoverSeconds = UNKNOWN_HANDOVER_SECONDS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: TurnSurroundings, played: Played) {
    this.#around = around;
    this.#played = played;
  }

  /** Looks at every segment that is missing, fetches those whose turn has come, and comes back for the rest. */
  review(): void {
    clearTimeout(this.#timer);
    if (this.#played.rendition === "") return;
    let nextSeconds = REVIEW_SECONDS;
    for (const { journey, secondsToNeed } of this.#missing()) {
      const inSeconds = this.#secondsToFetch(journey, secondsToNeed);
      if (inSeconds > 0) nextSeconds = Math.min(nextSeconds, inSeconds);
      else if (journey.demands.size > 0 || this.#fetchCount() < MAX_PREFETCHES) void this.#fetch(journey);
    }
    this.#timer = setTimeout(() => this.review(), Math.max(nextSeconds, 0.02) * 1000);
  }

  /** A peer brought the segment: a fetch of it ends, and the next turns are judged by how long it took. */
  peerBrought(journey: Journey): void {
    if (journey.heldBack && !journey.fetch && !journey.wasFetched) this.#patience.paid();
    if (journey.fetch || journey.wasFetched) this.#around.figures.segmentFetchedTwice();
    breakOffFetch(journey);
    const seconds = journey.peer ? now() - journey.peer.since : 0;
    this.#handoverSeconds += 0.2 * (ANNOUNCEMENT_SECONDS + seconds - this.#handoverSeconds);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  /** What is neither held nor being fetched, and will be wanted. */
  *#missing(): Generator<{ journey: Journey; secondsToNeed: number }> {
    const { geometry, store } = this.#around;
    const position = this.#around.position();
    const reach = geometry().peerWindowSeconds;
    const fetchesAhead = this.#around.fetchesAhead();
    for (const journey of this.#played.journeys) {
      const { segment, demands, fetch } = journey;
      if (fetch || store.has(this.#played.rendition, segment.sequence)) continue;
      if (position === null) {
        if (demands.size > 0) yield { journey, secondsToNeed: 0 };
        continue;
      }
      const isAhead = segment.endSeconds > position && segment.startSeconds < position + reach;
      if ((isAhead && fetchesAhead) || demands.size > 0) {
        yield { journey, secondsToNeed: segment.startSeconds - position };
      }
    }
  }

  #secondsToFetch(journey: Journey, secondsToNeed: number): number {
    const at = now();
    const retryAt = this.#retryAt(journey);
    if (at < retryAt) return retryAt - at;
    const { meter, isSettled, canServe, viewer, kind } = this.#around;
    const line = meter.line(this.#played.rendition);
    const { peer } = journey;
    const turn = turnFor({
      self: peerIdOf(viewer, kind, true),
      neighbours: this.#played.neighbours,
      isSettled: isSettled(),
      shares: canServe(),
      segment: String(journey.segment.sequence),
      isElected: journey.isElected,
      prospects: {
        secondsSinceSeen: at - journey.seenAt,
        secondsToNeed,
        fetchSeconds: fetchSecondsOn(line),
        handoverSeconds: this.#handoverSeconds,
        patience: this.#patience.share,
      },
      transfer: peer && { bytes: peer.bytes, expectedBytes: line.segmentBytes, seconds: at - peer.since },
    });
    journey.heldBack ||= turn.isHoldingBack;
    return turn.inSeconds;
  }

  #retryAt({ retryAt, failedAt }: Journey): number {
    const isBack = this.#around.cdnWorkedAt() > failedAt;
    return isBack ? Math.min(retryAt, failedAt + LONGEST_RETRY_ONCE_BACK_SECONDS) : retryAt;
  }

  async #fetch(journey: Journey): Promise<void> {
    const { figures, meter, requestAddress, store, onCdn } = this.#around;
    const { rendition } = this.#played;
    const address = requestAddress(journey.segment.url);
    const fetch = fetchFromCdn(address, (bytes) => figures.received("cdn", bytes));
    journey.fetch = fetch;
    const outcome = await fetch.result.catch((error: unknown) => error);
    // Broken off.
    if (journey.fetch !== fetch) return;
    journey.fetch = null;
    if (outcome instanceof ArrayBuffer) {
      journey.wasFetched = true;
      const { startedAt, firstByteAt, lastByteAt } = fetch;
      if (firstByteAt !== null && lastByteAt !== null) {
        meter.fetched(outcome.byteLength, firstByteAt - startedAt, lastByteAt - firstByteAt);
      }
      if (journey.heldBack) this.#patience.wasted();
      onCdn("works");
      store.put(rendition, journey.segment.sequence, outcome, "cdn");
    } else if (outcome instanceof CdnError) {
      journey.failures += 1;
      journey.failedAt = now();
      journey.retryAt = now() + retryDelaySeconds(journey.failures, Math.random());
      if (journey.failures % FAILURES_TO_TELL === 0) disappoint(journey, outcome);
      onCdn(outcome);
    } else throw outcome;
    this.review();
  }

  #fetchCount(): number {
    return [...this.#played.journeys].filter(({ fetch }) => fetch !== null).length;
  }
}
