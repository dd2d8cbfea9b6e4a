/**
 * One stream's segments on their way to the player: each comes from a peer, or from the CDN when it is this
 * viewer's turn. Asks turn.ts when that is, and acts.
 */

import { CdnError, fetchFromCdn } from "./cdn-fetch.ts";
import type { FiguresLog } from "./figures.ts";
import { fetchSecondsOn, type Geometry, UNKNOWN_HANDOVER_SECONDS } from "./geometry.ts";
import { retryDelaySeconds } from "./healing.ts";
import { type Demand, type FlowSegment, type Journey, newJourney } from "./journey.ts";
import type { LineMeter } from "./line-meter.ts";
import { Neighbours } from "./neighbours.ts";
import { Patience } from "./patience.ts";
import { peerIdOf, type StreamKind } from "./peer-id.ts";
import type { SegmentStore, Source } from "./segment-store.ts";
import { turnFor } from "./turn.ts";

export interface FlowSurroundings {
  kind: StreamKind;
  /** This viewer's name in its peer ids. */
  viewer: string;
  store: SegmentStore;
  meter: LineMeter;
  figures: FiguresLog;
  geometry(): Geometry;
  /** Where the picture is, in seconds of the video's time; null while there is nothing to show. */
  position(): number | null;
  /** False while connections to peers may still come up, soon after the start. */
  isSettled(): boolean;
  /** Whether this viewer can be the fetcher for others: it gives, and its uplink bears it. */
  canServe(): boolean;
  /** Whether segments are brought before the player asks; not to a viewer whose player fetches for itself. */
  fetchesAhead(): boolean;
  /** What is really asked of the CDN for a segment's address. */
  requestAddress(address: string): string;
  onCdn(outcome: "works" | CdnError): void;
  onSegment(rendition: string, sequence: number, source: Source): void;
}

/** However still it is, the situation is looked at again after this. */
const REVIEW_SECONDS = 0.25;

/** From a peer's having a segment to our asking for it. */
const ANNOUNCEMENT_SECONDS = 0.1;

const MAX_PREFETCHES = 2;

/** After so many failures in a row the player hears of it: another rendition, or the next segment, may do. */
const FAILURES_TO_TELL = 3;

/** For viewers who are further behind; a long DVR window must not fill the memory. */
const KEPT_SECONDS = 60;

/** The engine serves a rendition that was left for five seconds. */
const LEFT_SECONDS = 7;

const now = () => performance.now() / 1000;

export class Flow {
  readonly #around: FlowSurroundings;
  readonly #journeys = new Map<number, Journey>();
  readonly #neighbours = new Neighbours();
  #left: { rendition: string; until: number } | null = null;
  readonly #patience = new Patience();
  #handoverSeconds = UNKNOWN_HANDOVER_SECONDS;
  #rendition = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: FlowSurroundings) {
    this.#around = around;
  }

  /** Address of the playlist that is played; empty before the first. */
  get rendition(): string {
    return this.#rendition;
  }

  get neighbourCount(): number {
    return this.#neighbours.count;
  }

  /** The playlist of the rendition that is played, as it stands now. */
  update(rendition: string, segments: readonly FlowSegment[]): void {
    const isFirstLook = this.#rendition !== rendition;
    if (isFirstLook) this.#leaveRendition();
    this.#rendition = rendition;
    const listed = new Set<number>();
    for (const segment of segments) {
      listed.add(segment.sequence);
      const journey = this.#journeys.get(segment.sequence);
      if (journey) journey.segment = segment;
      else
        this.#journeys.set(
          segment.sequence,
          newJourney(segment, now(), !isFirstLook && this.#neighbours.isAmongPeers(now())),
        );
    }
    for (const journey of this.#journeys.values()) {
      if (!listed.has(journey.segment.sequence)) this.#end(journey, "The segment left the playlist");
    }
    this.#letGo(segments);
    this.review();
  }

  has(rendition: string, sequence: number): boolean {
    return this.#rendition === rendition && this.#journeys.has(sequence);
  }

  /** The player wants this segment; returns the way to say that it no longer does. */
  demand(sequence: number, demand: Demand): () => void {
    const journey = this.#journeys.get(sequence);
    if (!journey) throw new Error(`Segment ${sequence} isn't in the playlist of ${this.#rendition}`);
    journey.demands.add(demand);
    // Not at once: the player sets itself up around the answer after it has asked.
    queueMicrotask(() => {
      this.#deliver(journey);
      this.review();
    });
    return () => journey.demands.delete(demand);
  }

  peerConnected(peerId: string): void {
    this.#neighbours.connected(peerId, now());
    this.review();
  }

  peerClosed(peerId: string): void {
    this.#neighbours.closed(peerId, now());
    this.review();
  }

  takingFromPeer(url: string, peerId: string): void {
    const journey = this.#journeyOf(url);
    if (journey) journey.peer = { peerId, since: now(), bytes: 0 };
  }

  receivedFromPeer(bytes: number, peerId: string): void {
    for (const { peer } of this.#journeys.values()) {
      if (peer && (peer.peerId === peerId || peerId === "")) peer.bytes += bytes;
    }
  }

  lostFromPeer(url: string): void {
    const journey = this.#journeyOf(url);
    if (journey) journey.peer = null;
    this.review();
  }

  /** The store got a segment of this flow's rendition, from whichever side. */
  stored(sequence: number, data: ArrayBuffer, source: Source): void {
    const { figures, meter, onSegment } = this.#around;
    figures.segment(source);
    onSegment(this.#rendition, sequence, source);
    meter.segment(this.#rendition, data.byteLength);
    const journey = this.#journeys.get(sequence);
    if (!journey) return;
    if (source === "peers") this.#cameFromPeer(journey, data.byteLength);
    else journey.arrived = { source, bitsPerSecond: meter.bitsPerSecond ?? 0 };
    journey.peer = null;
    this.#deliver(journey);
  }

  /** Looks at every segment that is missing, fetches those whose turn has come, and comes back for the rest. */
  review(): void {
    clearTimeout(this.#timer);
    if (this.#rendition === "") return;
    let nextSeconds = REVIEW_SECONDS;
    for (const { journey, secondsToNeed } of this.#missing()) {
      const inSeconds = this.#secondsToFetch(journey, secondsToNeed);
      if (inSeconds > 0) nextSeconds = Math.min(nextSeconds, inSeconds);
      else if (journey.demands.size > 0 || this.#fetchCount() < MAX_PREFETCHES) void this.#fetch(journey);
    }
    this.#timer = setTimeout(() => this.review(), Math.max(nextSeconds, 0.02) * 1000);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#leaveRendition();
    this.#rendition = "";
  }

  /** What is neither held nor being fetched, and will be wanted. */
  *#missing(): Generator<{ journey: Journey; secondsToNeed: number }> {
    const { geometry, store } = this.#around;
    const position = this.#around.position();
    const reach = geometry().peerWindowSeconds;
    const fetchesAhead = this.#around.fetchesAhead();
    for (const journey of this.#journeys.values()) {
      const { segment, demands, fetch } = journey;
      if (fetch || store.has(this.#rendition, segment.sequence)) continue;
      if (position === null) {
        if (demands.size > 0) yield { journey, secondsToNeed: 0 };
        continue;
      }
      const isAhead = segment.endSeconds > position && segment.startSeconds < position + reach;
      if ((isAhead && fetchesAhead) || demands.size > 0)
        yield { journey, secondsToNeed: segment.startSeconds - position };
    }
  }

  #secondsToFetch(journey: Journey, secondsToNeed: number): number {
    const at = now();
    if (at < journey.retryAt) return journey.retryAt - at;
    const { meter, isSettled, canServe, viewer, kind } = this.#around;
    const line = meter.line(this.#rendition);
    const { peer } = journey;
    const turn = turnFor({
      self: peerIdOf(viewer, kind, true),
      neighbours: this.#neighbours.peerIds,
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

  async #fetch(journey: Journey): Promise<void> {
    const { figures, meter, requestAddress, store, onCdn } = this.#around;
    const rendition = this.#rendition;
    const address = requestAddress(journey.segment.url);
    const fetch = fetchFromCdn(address, (bytes) => figures.received("cdn", bytes));
    journey.fetch = fetch;
    try {
      const data = await fetch.result;
      journey.wasFetched = true;
      const { startedAt, firstByteAt, lastByteAt } = fetch;
      if (firstByteAt !== null && lastByteAt !== null) {
        meter.fetched(data.byteLength, firstByteAt - startedAt, lastByteAt - firstByteAt);
      }
      if (journey.heldBack) this.#patience.wasted();
      onCdn("works");
      journey.fetch = null;
      store.put(rendition, journey.segment.sequence, data, "cdn");
    } catch (error) {
      journey.fetch = null;
      if (!(error instanceof CdnError)) return;
      journey.failures += 1;
      journey.retryAt = now() + retryDelaySeconds(journey.failures, Math.random());
      if (journey.failures % FAILURES_TO_TELL === 0) this.#disappoint(journey, error);
      onCdn(error);
    }
    this.review();
  }

  #cameFromPeer(journey: Journey, bytes: number): void {
    const { figures, meter } = this.#around;
    if (journey.heldBack && !journey.fetch && !journey.wasFetched) this.#patience.paid();
    if (journey.fetch || journey.wasFetched) figures.segmentFetchedTwice();
    journey.fetch?.abort();
    journey.fetch = null;
    const seconds = journey.peer ? now() - journey.peer.since : 0;
    this.#handoverSeconds += 0.2 * (ANNOUNCEMENT_SECONDS + seconds - this.#handoverSeconds);
    const fromPeer = (bytes * 8) / Math.max(seconds, 0.001);
    // A peer's uplink says little about this viewer's line: it may raise the estimate, never lower it.
    journey.arrived = { source: "peers", bitsPerSecond: Math.max(fromPeer, meter.bitsPerSecond ?? 0) };
  }

  #deliver(journey: Journey): void {
    const data = this.#around.store.get(this.#rendition, journey.segment.sequence);
    if (!data) return;
    const { source, bitsPerSecond } = journey.arrived ?? { source: "peers" as const, bitsPerSecond: 0 };
    for (const demand of journey.demands) demand.deliver({ data, source, bitsPerSecond });
    journey.demands.clear();
  }

  #end(journey: Journey, why: string): void {
    journey.fetch?.abort();
    this.#disappoint(journey, new CdnError(410, why));
    this.#journeys.delete(journey.segment.sequence);
  }

  #disappoint(journey: Journey, error: CdnError): void {
    for (const demand of journey.demands) demand.fail(error);
    journey.demands.clear();
  }

  #leaveRendition(): void {
    for (const journey of this.#journeys.values()) this.#end(journey, "The player left this rendition");
    this.#left = { rendition: this.#rendition, until: now() + LEFT_SECONDS };
    this.#neighbours.leave(now());
  }

  /** Of this rendition, what lies well behind the picture; of one that was left, everything after a while. */
  #letGo(segments: readonly FlowSegment[]): void {
    const { store, position } = this.#around;
    const keptFrom = (position() ?? 0) - KEPT_SECONDS;
    const oldest = segments.find(({ endSeconds }) => endSeconds > keptFrom);
    if (oldest) store.dropBefore(this.#rendition, oldest.sequence);
    if (!this.#left || now() < this.#left.until) return;
    if (this.#left.rendition !== this.#rendition) {
      store.dropBefore(this.#left.rendition, Number.POSITIVE_INFINITY);
    }
    this.#left = null;
  }

  #fetchCount(): number {
    return [...this.#journeys.values()].filter(({ fetch }) => fetch !== null).length;
  }

  #journeyOf(url: string): Journey | undefined {
    return [...this.#journeys.values()].find(({ segment }) => segment.url === url);
  }
}
