/** Runs the segment scheduler in virtual time: a test says how fetches end, and timers fire when due. */

import { SegmentScheduler } from "../../web/sharing/scheduler.ts";
import type {
  Delivery,
  PeerAnnouncement,
  ReceivedSegment,
  SchedulerCommand,
  SchedulerEvent,
  SchedulerSettings,
} from "../../web/sharing/scheduler-events.ts";
import { SegmentStore } from "../../web/sharing/segment-store.ts";
import { ann, RENDITION, segmentAt, segmentsFrom } from "./stream.ts";

/** How a fetch ends at once; null leaves it running. */
type Answer = { bytes: number; transferSeconds?: number } | { status: number } | null;

type Announcement = Extract<SchedulerCommand, { type: "announce" }>;

interface Demanded {
  delivered: Delivery[];
  failed: number[];
  drop(): void;
}

export class SchedulerRig {
  readonly scheduler = new SegmentScheduler(ann, () => 0.5);
  readonly store = new SegmentStore();
  readonly asked: string[] = [];
  readonly aborted: string[] = [];
  readonly received: ReceivedSegment[] = [];
  /** The renditions of which a newer playlist was asked for. */
  readonly refreshed: string[] = [];
  /** What peers were told, in order. */
  readonly announced: Announcement[] = [];
  /** The sequence numbers of segments whose signatures were fetched, and of those that were to be signed. */
  readonly signaturesFetched: number[] = [];
  readonly signed: number[] = [];
  /** Peers that were dropped. */
  readonly dropped: string[] = [];
  /** Each time that the viewer left its swarms: for how many seconds, or for good. */
  readonly left: (number | null)[] = [];
  answer: (url: string) => Answer = () => ({ bytes: 1000 });
  now = 1000;
  readonly #demands = new Map<number, Demanded>();
  #results: SchedulerEvent[] = [];
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(settings: Partial<SchedulerSettings> = {}) {
    this.set(settings);
    this.tell({ type: "playhead", positionSeconds: 0, bufferSeconds: 4 });
    this.tell({ type: "swarm", state: "unavailable" });
  }

  set(settings: Partial<SchedulerSettings>): void {
    const usual = {
      shares: true,
      fetchesAhead: true,
      peerWindowSeconds: 12,
      segmentSeconds: 2,
      signs: false,
    };
    this.tell({ type: "settings", settings: { ...usual, ...settings } });
  }

  tell(event: SchedulerEvent): void {
    for (const command of this.scheduler.handle(event, this.now)) this.#run(command);
  }

  /** Advances time; results of fetches are handled first. */
  pass(seconds = 0): void {
    const end = this.now + seconds;
    this.#settle();
    while (this.#timerAt <= end) {
      this.now = this.#timerAt;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.tell({ type: "timer" });
      this.#settle();
    }
    this.now = end;
  }

  /** The main stream's playlist, as `count` segments from `first`. */
  lists(first: number, count: number, rendition = RENDITION): void {
    this.tell({ type: "playlist", stream: "main", rendition, segments: segmentsFrom(first, count) });
  }

  demands(sequence: number, rendition = RENDITION): Demanded {
    const demand = this.#demands.size + 1;
    const demanded: Demanded = {
      delivered: [],
      failed: [],
      drop: () => this.tell({ type: "demand-dropped", demand }),
    };
    this.#demands.set(demand, demanded);
    this.tell({ type: "demand", demand, stream: "main", rendition, sequence });
    return demanded;
  }

  peerSends(sequence: number, bytes = 1000, rendition = RENDITION): void {
    const trailer = new ArrayBuffer(160);
    this.tell({ type: "transfer-done", rendition, sequence, data: new ArrayBuffer(bytes), trailer });
  }

  /** A peer connects, and says that it holds nothing. */
  connects(peerId: string): void {
    this.tell({ type: "peer-connected", stream: "main", peerId });
    this.hears(peerId, {});
  }

  /** A connected peer says what it holds and does. */
  hears(peerId: string, words: Partial<PeerAnnouncement>): void {
    const silence = { held: [], fetching: [], mayFetch: true };
    this.tell({ type: "peer-announced", stream: "main", peerId, ...silence, ...words });
  }

  transferStarts(sequence: number, peerId: string): void {
    this.tell({ type: "transfer-started", url: this.urlOf(sequence), peerId });
  }

  /** The signature of a segment comes, or doesn't. */
  signs(sequence: number, trailer: ArrayBuffer | null = new ArrayBuffer(160), rendition = RENDITION): void {
    this.tell({ type: "signature", rendition, sequence, trailer });
  }

  /** The sequence numbers of the segments fetched from the CDN. */
  get fetched(): number[] {
    return this.asked.map((url) => Number(/(\d+)\.m4s/.exec(url)?.[1]));
  }

  urlOf(sequence: number): string {
    return segmentAt(sequence).url;
  }

  #settle(): void {
    while (this.#results.length > 0) {
      const results = this.#results;
      this.#results = [];
      for (const event of results) this.tell(event);
    }
  }

  #run(command: SchedulerCommand): void {
    switch (command.type) {
      case "fetch":
        this.asked.push(command.url);
        this.#answerFetch(command.fetch, this.answer(command.url));
        break;
      case "abort-fetch":
        this.aborted.push(command.fetch);
        break;
      case "store":
        this.received.push(command);
        this.store.put(command.rendition, command.sequence, {
          data: command.delivery.data,
          source: command.delivery.source,
          trailer: command.trailer,
        });
        break;
      case "fetch-signature":
        this.signaturesFetched.push(command.sequence);
        break;
      case "sign":
        this.signed.push(command.sequence);
        break;
      case "attach-trailer":
        this.store.attach(command.rendition, command.sequence, command.trailer);
        break;
      case "drop-peer":
        this.dropped.push(command.peerId);
        break;
      case "leave-swarms":
        this.left.push(command.forSeconds);
        break;
      case "drop":
        this.store.drop(command.rendition, command.sequences);
        break;
      case "announce":
        this.announced.push(command);
        break;
      case "refresh-playlist":
        this.refreshed.push(`${command.stream} ${command.rendition}`);
        break;
      case "deliver":
        this.#demands.get(command.demand)?.delivered.push(command.delivery);
        break;
      case "fail":
        this.#demands.get(command.demand)?.failed.push(command.status);
        break;
      case "set-timer":
        this.#timerAt = this.now + command.inSeconds;
    }
  }

  #answerFetch(fetch: string, answer: Answer): void {
    if (answer === null) return;
    if ("status" in answer) {
      this.#results.push({ type: "fetch-failed", fetch, status: answer.status, message: "refused" });
      return;
    }
    const { bytes, transferSeconds } = answer;
    const timing = transferSeconds === undefined ? null : { firstByteSeconds: 0.1, transferSeconds };
    this.#results.push({ type: "fetch-done", fetch, data: new ArrayBuffer(bytes), timing });
  }
}
