/**
 * One stream's segments on their way to the player: follows the playlist of the rendition that is played, hears
 * who brings what, and hands it to whoever waits. What no peer brings in time, cdn-turns.ts fetches.
 */

import { CdnError } from "./cdn-fetch.ts";
import { CdnTurns, type TurnSurroundings } from "./cdn-turns.ts";
import {
  breakOffFetch,
  type Demand,
  deliver,
  disappoint,
  type FlowSegment,
  type Journey,
  newJourney,
} from "./journey.ts";
import { Neighbours } from "./neighbours.ts";
import type { Source } from "./segment-store.ts";

export interface FlowSurroundings extends TurnSurroundings {
  onSegment(rendition: string, sequence: number, source: Source): void;
}

/** For viewers who are further behind; a long DVR window must not fill the memory. */
const KEPT_SECONDS = 60;

/** The engine serves a rendition that was left for five seconds. */
const LEFT_SECONDS = 7;

const now = () => performance.now() / 1000;

export class Flow {
  readonly #around: FlowSurroundings;
  readonly #journeys = new Map<number, Journey>();
  readonly #neighbours = new Neighbours();
  readonly #turns: CdnTurns;
  /** Renditions that were left, with when their segments may go. */
  readonly #left = new Map<string, number>();
  #rendition = "";

  constructor(around: FlowSurroundings) {
    this.#around = around;
    const flow = this;
    this.#turns = new CdnTurns(around, {
      get rendition() {
        return flow.#rendition;
      },
      get journeys() {
        return flow.#journeys.values();
      },
      get neighbours() {
        return flow.#neighbours.peerIds;
      },
    });
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
    this.#turns.review();
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
      this.#turns.review();
    });
    return () => journey.demands.delete(demand);
  }

  peerConnected(peerId: string): void {
    this.#neighbours.connected(peerId, now());
    this.#turns.review();
  }

  peerClosed(peerId: string): void {
    this.#neighbours.closed(peerId, now());
    this.#turns.review();
  }

  swarmLeft(): void {
    this.#neighbours.end();
    this.#turns.review();
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
    this.#turns.review();
  }

  /** The store got a segment of this flow's rendition, from whichever side. */
  stored(sequence: number, data: ArrayBuffer, source: Source): void {
    const { figures, meter, onSegment } = this.#around;
    figures.segment(source);
    onSegment(this.#rendition, sequence, source);
    meter.segment(this.#rendition, data.byteLength);
    const journey = this.#journeys.get(sequence);
    if (!journey) return;
    const lineBitsPerSecond = meter.bitsPerSecond ?? 0;
    if (source === "cdn") journey.arrived = { source, bitsPerSecond: lineBitsPerSecond };
    else {
      this.#turns.peerBrought(journey);
      const seconds = journey.peer ? now() - journey.peer.since : 0;
      const fromPeer = (data.byteLength * 8) / Math.max(seconds, 0.001);
      // A peer's uplink says little about this viewer's line: it may raise the estimate, never lower it.
      journey.arrived = { source, bitsPerSecond: Math.max(fromPeer, lineBitsPerSecond) };
    }
    journey.peer = null;
    this.#deliver(journey);
  }

  destroy(): void {
    this.#turns.destroy();
    this.#leaveRendition();
    this.#rendition = "";
  }

  #deliver(journey: Journey): void {
    const data = this.#around.store.get(this.#rendition, journey.segment.sequence);
    if (data) deliver(journey, data);
  }

  #end(journey: Journey, why: string): void {
    breakOffFetch(journey);
    disappoint(journey, new CdnError(410, why));
    this.#journeys.delete(journey.segment.sequence);
  }

  #leaveRendition(): void {
    for (const journey of this.#journeys.values()) this.#end(journey, "The player left this rendition");
    this.#left.set(this.#rendition, now() + LEFT_SECONDS);
    this.#neighbours.leave(now());
  }

  /** Of this rendition, what lies well behind the picture; of one that was left, everything after a while. */
  #letGo(segments: readonly FlowSegment[]): void {
    const { store, position } = this.#around;
    const keptFrom = (position() ?? 0) - KEPT_SECONDS;
    const oldest = segments.find(({ endSeconds }) => endSeconds > keptFrom);
    if (oldest) store.dropBefore(this.#rendition, oldest.sequence);
    this.#left.delete(this.#rendition);
    for (const [rendition, until] of this.#left) {
      if (now() < until) continue;
      store.dropBefore(rendition, Number.POSITIVE_INFINITY);
      this.#left.delete(rendition);
    }
  }

  #journeyOf(url: string): Journey | undefined {
    return [...this.#journeys.values()].find(({ segment }) => segment.url === url);
  }
}
