/**
 * One viewer of the simulation: the shipped segment scheduler, upload rules and geometry, over a model of what lies
 * around them: a player, the engine that carries segments between viewers, a home's line and the CDN.
 */

import { type Geometry, liveGeometry } from "../../web/sharing/geometry.ts";
import { SegmentScheduler } from "../../web/sharing/scheduler.ts";
import type { ListedSegment, SchedulerCommand, SchedulerEvent } from "../../web/sharing/scheduler-events.ts";
import type { Chance } from "../chance.ts";
import type { EventQueue } from "../event-queue.ts";
import type { AccessLine } from "./access-lines.ts";
import { Ledger } from "./ledger.ts";
import { Link } from "./link.ts";
import {
  announcementOf,
  countEvents,
  mayComeFromPeers,
  playheadEvent,
  progressEvents,
} from "./scheduler-adapter.ts";
import { type Outage, SimulatedCdn } from "./simulated-cdn.ts";
import { SimulatedExchange } from "./simulated-exchange.ts";
import { SimulatedPlayer } from "./simulated-player.ts";

/** After the last segment appeared: whoever hasn't it by then counts as late. */
export const AFTERMATH_SECONDS = 20;

/** What all viewers have in common. */
export interface Conditions {
  queue: EventQueue;
  chance: Chance;
  segmentSeconds: number;
  /** What a playlist lists. */
  windowSeconds: number;
  delaySeconds: number;
  outage: Outage | null;
  /** Of each uplink, what uploads may have. */
  spareOf: (uplinkBitsPerSecond: number) => number;
  /** From asking for a segment's signature to having it, checked. */
  signatureSeconds: number;
  /** What every segment consists of: only its length matters here. */
  data: ArrayBuffer;
  /** What viewers do before isn't counted. */
  countsFromSeconds: number;
  endsAtSeconds: number;
  onFetch: (sequence: number) => void;
}

const RENDITION = "simulated";
const TRAILER = new ArrayBuffer(0);

/** How often a player's buffer is noted. */
const BUFFER_NOTED_SECONDS = 0.5;

export class SimulatedViewer {
  readonly peerId: string;
  readonly ledger: Ledger;
  readonly line: AccessLine;
  /** Called when a playlist that was refreshed comes in. */
  onRefresh = () => {};
  readonly #conditions: Conditions;
  readonly #scheduler: SegmentScheduler;
  readonly #player: SimulatedPlayer;
  readonly #cdn: SimulatedCdn;
  readonly #exchange: SimulatedExchange;
  readonly #geometry: Geometry;
  #listed: readonly ListedSegment[] = [];
  readonly #held = new Set<number>();
  /** What peers may have of it. */
  readonly #signed = new Set<number>();
  readonly #signatureAt = new Map<number, number>();
  #timer = 0;
  #isGone = false;

  constructor(name: string, peerId: string, line: AccessLine, conditions: Conditions) {
    this.peerId = peerId;
    this.line = line;
    this.#conditions = conditions;
    const { queue, chance, data, outage, spareOf } = conditions;
    const { segmentSeconds, windowSeconds, delaySeconds } = conditions;
    this.ledger = new Ledger(queue, conditions.countsFromSeconds);
    this.#scheduler = new SegmentScheduler(name, chance.next);
    this.#geometry = liveGeometry({ segmentSeconds, windowSeconds }, this.#scheduler.downlink, delaySeconds);
    const onLate = (sequence: number) => this.ledger.addLate(sequence);
    this.#player = new SimulatedPlayer({ segmentSeconds, delaySeconds, onLate }, this.#geometry);
    const { ledger } = this;
    const downlink = new Link(queue, line.downlinkBitsPerSecond);
    const common = { queue, line, downlink, ledger };
    this.#cdn = new SimulatedCdn({
      ...common,
      outage,
      onProgress: (fetch, bytes) => this.#tell(...progressEvents(fetch, bytes)),
      onEnd: (event) => this.#tell(event),
    });
    this.#exchange = new SimulatedExchange({
      ...common,
      chance,
      spareOf,
      segmentBytes: data.byteLength,
      owner: {
        peerId,
        wanted: () => this.#wanted(),
        mayTake: (sequence) => mayComeFromPeers(this.#scheduler, RENDITION, sequence),
        state: () => ({
          isPaused: this.#scheduler.servesNobody,
          bufferSeconds: this.#player.bufferSeconds(queue.now),
          segmentSeconds,
        }),
        tell: (...events) => this.#tell(...events),
        received: (sequence) =>
          this.#tell({ type: "transfer-done", rendition: RENDITION, sequence, data, trailer: TRAILER }),
      },
    });
  }

  /** Opens the page and joins the swarm. */
  join(): void {
    const { segmentSeconds } = this.#conditions;
    const { peerWindowSeconds } = this.#geometry;
    const settings = { shares: true, fetchesAhead: true, peerWindowSeconds, segmentSeconds, signs: true };
    this.#tell({ type: "settings", settings });
    this.#tell({ type: "swarm", state: "joining" });
    this.#noteBuffer();
  }

  /** A connection with a peer opens; the other side is told by itself. `viewers` is the tracker's count. */
  connect(peer: SimulatedViewer, viewers: number): void {
    this.#exchange.connect(peer.#exchange);
    this.#tell(...countEvents(viewers));
  }

  /** Closes the page: peers notice at once. */
  leave(): void {
    this.#isGone = true;
    this.ledger.close();
    this.#cdn.abortAll();
    this.#exchange.close();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** A playlist came in. */
  reads(segments: readonly ListedSegment[]): void {
    if (this.#isGone) return;
    this.#listed = segments;
    this.#tell({ type: "cdn-reached" });
    this.#tell({ type: "playlist", stream: "main", rendition: RENDITION, segments });
    this.#demandNext();
    this.#exchange.take();
  }

  /** The first segment that the player doesn't have; null before it has begun. */
  get nextSequence(): number | null {
    return this.#player.next;
  }

  #noteBuffer(): void {
    const { queue, endsAtSeconds } = this.#conditions;
    if (this.#isGone || queue.now >= endsAtSeconds - AFTERMATH_SECONDS) return;
    if (this.#player.next !== null) this.ledger.addBuffer(this.#player.bufferSeconds(queue.now));
    queue.after(BUFFER_NOTED_SECONDS, () => this.#noteBuffer());
  }

  #tell(...events: SchedulerEvent[]): void {
    if (this.#isGone) return;
    const { now } = this.#conditions.queue;
    for (const event of events) {
      this.ledger.add("events", 1);
      const playhead = playheadEvent(this.#player.position(now), this.#player.bufferSeconds(now));
      const first = this.#scheduler.handle(playhead, now);
      for (const command of [...first, ...this.#scheduler.handle(event, now)]) this.#run(command);
    }
  }

  #run(command: SchedulerCommand): void {
    const { queue, data, onFetch } = this.#conditions;
    switch (command.type) {
      case "fetch":
        onFetch(Number(command.url));
        this.#cdn.fetch(command.fetch, data);
        break;
      case "abort-fetch":
        this.#cdn.abort(command.fetch);
        break;
      case "store":
        this.#hold(command.sequence, command.trailer !== null);
        break;
      case "drop":
        for (const sequence of command.sequences) {
          this.#held.delete(sequence);
          this.#signed.delete(sequence);
        }
        break;
      case "fetch-signature":
        this.#signatureAt.set(command.sequence, queue.now + this.#conditions.signatureSeconds);
        break;
      case "sign":
        this.#sign(command.sequence);
        break;
      case "attach-trailer":
        this.#offer(command.sequence);
        break;
      case "drop-peer":
      case "leave-swarms":
        // Simulated viewers are honest, and measure an uplink once.
        break;
      case "announce":
        this.#exchange.announce(announcementOf(command, this.#signed));
        break;
      case "refresh-playlist":
        queue.after(this.line.roundTripSeconds, () => this.onRefresh());
        break;
      case "deliver":
        this.#player.append(command.demand, queue.now);
        // As a player asks for the next segment when it has appended one.
        queue.after(0, () => this.#demandNext());
        break;
      case "fail":
        if (!this.#listed.some(({ sequence }) => sequence === command.demand)) {
          this.#player.skip(command.demand, queue.now);
        } else this.#player.retry();
        queue.after(0, () => this.#demandNext());
        break;
      case "set-timer":
        this.#setTimer(command.inSeconds);
    }
  }

  #setTimer(inSeconds: number): void {
    const { queue, endsAtSeconds } = this.#conditions;
    this.#timer += 1;
    const timer = this.#timer;
    queue.after(inSeconds, () => {
      if (timer === this.#timer && queue.now < endsAtSeconds) this.#tell({ type: "timer" });
    });
  }

  /** The player's requests are named by the sequence number, since it asks for each segment once at a time. */
  #demandNext(): void {
    if (this.#isGone) return;
    const next = this.#player.wants(this.#listed);
    if (next === null) return;
    this.#tell({ type: "demand", demand: next, stream: "main", rendition: RENDITION, sequence: next });
  }

  #hold(sequence: number, isSigned: boolean): void {
    if (!this.#held.has(sequence)) this.ledger.add("usedBytes", this.#conditions.data.byteLength);
    this.#held.add(sequence);
    this.#exchange.hold(sequence);
    if (isSigned) this.#offer(sequence);
  }

  #offer(sequence: number): void {
    this.#signed.add(sequence);
  }

  #sign(sequence: number): void {
    const { queue, signatureSeconds } = this.#conditions;
    const at = this.#signatureAt.get(sequence) ?? queue.now + signatureSeconds;
    queue.after(Math.max(0, at - queue.now), () =>
      this.#tell({ type: "signature", rendition: RENDITION, sequence, trailer: TRAILER }),
    );
  }

  /** What the player will need within the window, and isn't held. */
  #wanted(): ListedSegment[] {
    const position = this.#player.lastPosition(this.#conditions.queue.now);
    const until = position + this.#geometry.peerWindowSeconds;
    return this.#listed.filter(
      ({ sequence, startSeconds, endSeconds }) =>
        endSeconds > position && startSeconds < until && !this.#held.has(sequence),
    );
  }
}
