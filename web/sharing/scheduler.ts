/**
 * The segment scheduler: decides from where each segment comes, and when. It knows all that is known of each segment,
 * and nobody else does; it takes events with their time, returns commands, and has no clock, network or timer of its
 * own. See docs/sharing.md.
 */

import { type Room, roomOn } from "./downlink-budget.ts";
import { DownlinkMeter } from "./downlink-meter.ts";
import { isTooWeakToTake, isTooWeakToTry, streamBitsPerSecond } from "./fitness.ts";
import { type Downlink, fetchSeconds } from "./geometry.ts";
import { type GuardLevel, SharingGuard } from "./guard.ts";
import type { Moment } from "./moment.ts";
import type { StreamKind } from "./peer-id.ts";
import type {
  FetchProgress,
  ListedSegment,
  SchedulerCommand,
  SchedulerEvent,
  SchedulerSettings,
} from "./scheduler-events.ts";
import { StreamSchedule } from "./stream-schedule.ts";
import { WeakUplink } from "./weak-uplink.ts";

/** How long connections to peers may take to open after joining a swarm. */
const SETTLING_SECONDS = 5;

/** However quiet it is, the schedule is reviewed again after this. */
const REVIEW_SECONDS = 0.25;
const SHORTEST_WAIT_SECONDS = 0.02;

/** How often what peers gave can't be decoded before the viewer shares no more. */
const BROKEN_MEDIA_TO_LEAVE = 2;

/** Before any time that the scheduler is told. */
const LONG_AGO = -1;

const NOTHING_SET: SchedulerSettings = {
  shares: false,
  fetchesAhead: false,
  peerWindowSeconds: 0,
  segmentSeconds: 0,
  signs: false,
};

export class SegmentScheduler {
  readonly #streams: Readonly<Record<StreamKind, StreamSchedule>>;
  readonly #all: readonly StreamSchedule[];
  readonly #playlists = new Map<string, readonly ListedSegment[]>();
  readonly #moment: Moment;
  readonly #guard = new SharingGuard();
  readonly #weakUplink = new WeakUplink();
  #fetchDoneAt = LONG_AGO;
  #fetchFailedAt = LONG_AGO;
  /** How often what peers gave couldn't be decoded. */
  #brokenMedia = 0;

  /** `viewer` is this viewer's name in its peer ids, `random` uniform in [0, 1). */
  constructor(viewer: string, random: () => number) {
    this.#streams = {
      main: new StreamSchedule("main", viewer),
      secondary: new StreamSchedule("secondary", viewer),
    };
    this.#all = Object.values(this.#streams);
    this.#moment = {
      now: 0,
      settings: NOTHING_SET,
      positionSeconds: null,
      awaitedSequence: null,
      settledAt: Number.POSITIVE_INFINITY,
      downlink: new DownlinkMeter(),
      renditions: [],
      uplinkBitsPerSecond: null,
      cdnReachedAt: LONG_AGO,
      guardLevel: "none",
      random,
    };
  }

  /** Takes one event and returns what to do about it, in order. `now` is in seconds from 0 and never goes back. */
  handle(event: SchedulerEvent, now: number): SchedulerCommand[] {
    const wasStalled = this.#moment.positionSeconds === null;
    this.#moment.now = now;
    const commands = this.#apply(event);
    if (event.type === "playlist" || event.type === "demand") {
      this.#moment.renditions = this.playedStreams.map(({ rendition }) => rendition);
    }
    for (const command of commands) {
      if (command.type !== "store") continue;
      this.#moment.downlink.sawSegment(command.rendition, command.delivery.data.byteLength);
    }
    if (event.type === "transfer-progress" || event.type === "fetch-progress") return commands;
    // The playhead moves all the time; only its stopping and going on changes what is due.
    if (event.type === "playhead" && wasStalled === (event.positionSeconds === null)) return commands;
    return [...commands, ...this.#review()];
  }

  /** What the playlists listed last, by rendition. */
  get playlists(): ReadonlyMap<string, readonly ListedSegment[]> {
    return this.#playlists;
  }

  /** What is known and decided now, for whoever looks on. */
  get moment(): Readonly<Moment> {
    return this.#moment;
  }

  /** The streams that are played, likewise. */
  get playedStreams(): readonly StreamSchedule[] {
    return this.#all.filter(({ rendition }) => rendition !== "");
  }

  /** The renditions that are played now, and at which segment of each the player is. */
  get playing(): { rendition: string; segment: ListedSegment | undefined }[] {
    return this.playedStreams.map(({ rendition, playedSegment: segment }) => ({ rendition, segment }));
  }

  /** Whether a segment of a rendition that is played is held or being fetched. */
  isComing(rendition: string, sequence: number): boolean {
    return this.#all.some((stream) => stream.rendition === rendition && stream.isComing(sequence));
  }

  /** Whether peers may bring a segment now. It comes over one way at a time, unless there is reason and room for both. */
  wants(rendition: string, sequence: number): boolean {
    if (this.#moment.guardLevel === "cdn-only") return false;
    const moment = this.#moment;
    return this.#all.every(
      (stream) => stream.rendition !== rendition || stream.takesFromPeers(sequence, moment),
    );
  }

  /** The fetch that alone brings what a request of the player asked for; null if there is none. */
  fetchFor(demand: number): FetchProgress | null {
    const fetches = this.#all.map((stream) => stream.fetchFor(demand));
    return fetches.find((fetch) => fetch !== null) ?? null;
  }

  /** Peers of the main stream that may fetch for this viewer. */
  get peerCount(): number {
    return this.#streams.main.peers.count;
  }

  /** What the CDN delivers to this viewer; null until a first segment has come from it. */
  get throughputBitsPerSecond(): number | null {
    return this.#moment.downlink.bitsPerSecond;
  }

  /** The downlink as measured, with the size of the main rendition's segments. */
  get downlink(): Downlink {
    return this.#moment.downlink.estimate(this.#streams.main.rendition);
  }

  /** What the downlink bears of the main stream. */
  get room(): Room {
    return roomOn(this.#streams.main.rendition, this.#moment);
  }

  /** How far sharing is paused because it harmed playback. */
  get guardLevel(): GuardLevel {
    return this.#moment.guardLevel;
  }

  /** Whether this viewer sends peers nothing for now: sharing is paused, or its line would carry it too slowly. */
  get servesNobody(): boolean {
    const moment = this.#moment;
    if (this.guardLevel !== "none" || isTooWeakToTake(moment)) return true;
    return isTooWeakToTry(this.#streams.main.rendition, moment);
  }

  /** Whether signatures come for what this viewer fetches; null while none was needed. */
  get hasSignatures(): boolean | null {
    const known = this.#all.map(({ hasSignatures }) => hasSignatures).filter((one) => one !== null);
    return known.length === 0 ? null : known.every((one) => one);
  }

  #apply(event: SchedulerEvent): SchedulerCommand[] {
    const moment = this.#moment;
    const { now } = moment;
    const all = this.#all;
    switch (event.type) {
      case "playlist":
        return this.#update(event.stream, event.rendition, event.segments);
      case "demand": {
        const stream = this.#streams[event.stream];
        const stands = moment.positionSeconds === null;
        if (stands && event.stream === "main") moment.awaitedSequence = event.sequence;
        const entered =
          stream.rendition === event.rendition
            ? []
            : stream.update(event.rendition, this.#playlists.get(event.rendition) ?? [], moment);
        return [...entered, ...stream.demand(event.demand, event.sequence)];
      }
      case "demand-dropped":
        for (const stream of all) stream.dropDemand(event.demand);
        return [];
      case "playhead":
        moment.positionSeconds = event.positionSeconds;
        this.#lookOut(event.bufferSeconds);
        return [];
      case "settings":
        moment.settings = event.settings;
        return [];
      case "swarm":
        moment.settledAt = settledAt(event.state, now);
        // The peer layer reports it once there is somebody to serve.
        moment.uplinkBitsPerSecond = null;
        if (event.state === "left") this.#forgetSwarms();
        return [];
      case "peer-connected":
        this.#streams[event.stream].peers.connected(event.peerId, now);
        return [];
      case "peer-closed":
        this.#streams[event.stream].peers.closed(event.peerId);
        return [];
      case "peer-announced":
        return this.#streams[event.stream].announced(event, now);
      case "swarm-counted":
        this.#streams[event.stream].peers.counted(event.viewers);
        return [];
      case "transfer-started":
      case "transfer-sized":
      case "transfer-lost":
        return all.flatMap((stream) => stream.transfer(event, moment));
      case "transfer-progress":
        moment.downlink.received("peers", event.bytes);
        return all.flatMap((stream) => stream.transferProgress(event.peerId, event.bytes, moment));
      case "fetch-progress":
        moment.downlink.received("cdn", event.bytes);
        for (const stream of all) stream.fetchProgress(event.fetch, event.bytes, moment);
        return [];
      case "transfer-done":
        return all.flatMap((stream) => stream.transferDone(event.rendition, event.sequence, event, moment));
      case "signature":
        return all.flatMap((stream) => stream.signed(event, moment));
      case "media-broken":
        return this.#distrustPeers();
      case "uplink":
        moment.uplinkBitsPerSecond = event.bitsPerSecond;
        return [];
      case "cdn-reached":
        moment.cdnReachedAt = now;
        return [];
      case "fetch-done":
        moment.cdnReachedAt = now;
        this.#fetchDoneAt = now;
        if (event.timing) moment.downlink.fetched(event.data.byteLength, event.timing);
        return all.flatMap((stream) => stream.fetchDone(event.fetch, event.data, moment));
      case "fetch-failed":
        this.#fetchFailedAt = now;
        return all.flatMap((stream) => stream.fetchFailed(event.fetch, event.status, event.message, moment));
      case "timer":
        return [];
    }
  }

  /** Lets the guard see how the player does. */
  #lookOut(bufferSeconds: number): void {
    const moment = this.#moment;
    const { now, positionSeconds, settings, downlink } = moment;
    const { segmentSeconds, shares } = settings;
    const { rendition } = this.#streams.main;
    this.#guard.review({
      now,
      positionSeconds,
      bufferSeconds,
      segmentSeconds,
      shares,
      peerCount: this.peerCount,
      fetchSeconds: fetchSeconds(downlink.estimate(rendition)),
      cdnBitsPerSecond: downlink.bitsPerSecond,
      streamBitsPerSecond: streamBitsPerSecond(rendition, segmentSeconds, downlink),
      fetchDoneAt: this.#fetchDoneAt,
      fetchFailedAt: this.#fetchFailedAt,
      isFetchLate: this.#streams.main.isFetchLate(moment),
    });
    moment.guardLevel = this.#guard.level(now);
  }

  #distrustPeers(): SchedulerCommand[] {
    const dropped = this.#all.flatMap((stream) => stream.distrustPeers(this.#moment));
    if (dropped.length === 0) return [];
    this.#brokenMedia += 1;
    return this.#brokenMedia < BROKEN_MEDIA_TO_LEAVE
      ? dropped
      : [...dropped, { type: "leave-swarms", forSeconds: null }];
  }

  #forgetSwarms(): void {
    for (const stream of this.#all) stream.leaveSwarm();
  }

  #update(kind: StreamKind, rendition: string, segments: readonly ListedSegment[]): SchedulerCommand[] {
    this.#playlists.set(rendition, segments);
    const stream = this.#streams[kind];
    const isPlayed = stream.rendition === "" || stream.rendition === rendition;
    if (!isPlayed) return [];
    if (kind === "main") this.#guard.listed(segments, this.#moment.now);
    return stream.update(rendition, segments, this.#moment);
  }

  #review(): SchedulerCommand[] {
    const reviews = this.playedStreams.map((stream) => stream.review(this.#moment));
    if (reviews.length === 0) return [];
    const next = Math.min(REVIEW_SECONDS, ...reviews.map(({ nextInSeconds }) => nextInSeconds));
    const forSeconds = this.#weakUplink.review(this.#streams.main.rendition, this.#moment);
    return [
      ...reviews.flatMap(({ commands }) => commands),
      ...(forSeconds === null ? [] : [{ type: "leave-swarms", forSeconds } as const]),
      { type: "set-timer", inSeconds: Math.max(next, SHORTEST_WAIT_SECONDS) },
    ];
  }
}

function settledAt(state: "joining" | "left" | "unavailable", now: number): number {
  if (state === "joining") return now + SETTLING_SECONDS;
  return state === "left" ? Number.POSITIVE_INFINITY : LONG_AGO;
}
