/**
 * One stream's part of the schedule: the segments of the rendition that is played, and the peers it is shared with.
 * Takes what happened, returns what to do.
 */

import {
  isFull,
  isToBeProved,
  isUrgent,
  mayComeFromPeers,
  mayFetchAhead,
  roomOn,
} from "./downlink-budget.ts";
import { SAFETY_SECONDS, standingOf } from "./election.ts";
import { planFetches, type SwarmView } from "./fetch-plan.ts";
import { judgeFetch } from "./fetch-rivalry.ts";
import { isFitToFetch } from "./fitness.ts";
import { fetchSeconds, UNKNOWN_HANDOVER_SECONDS } from "./geometry.ts";
import { HoldBack } from "./hold-back.ts";
import { LeftRenditions } from "./left-renditions.ts";
import type { Moment } from "./moment.ts";
import { peerIdOf, type StreamKind } from "./peer-id.ts";
import { retryDelaySeconds } from "./retry-delay.ts";
import type {
  FetchProgress,
  ListedSegment,
  PeerAnnouncement,
  ReceivedSegment,
  SchedulerCommand,
  SegmentSignature,
  TransferEvent,
} from "./scheduler-events.ts";
import { SegmentList } from "./segment-list.ts";
import { SegmentSigning } from "./segment-signing.ts";
import {
  abortFetch,
  addProgress,
  beginTransfer,
  deliver,
  endSegment,
  fetchOf,
  isOnItsWay,
  loseTransfer,
  newDownload,
  refuse,
  type Segment,
  setSize,
  type Transfer,
  transferOf,
} from "./segment-state.ts";
import { SwarmPeers } from "./swarm-peers.ts";
import { WastedTransfers } from "./wasted-transfers.ts";

/** A transfer of which less than this share is missing may end beside the fetch, where there is room for both. */
const NEARLY_DONE_SHARE = 0.5;

/** A peer's segments may be newer than the playlist by so many; beyond that it is wrong, or this viewer far behind. */
const MOST_UNLISTED = 3;

/** After so many failures in a row the player is told: another rendition, or the next segment, may do. */
const FAILURES_TO_TELL = 3;

/** From a peer's holding a segment to this viewer's asking for it. */
const ANNOUNCEMENT_SECONDS = 0.1;

/** Weight of the newest handover in the estimate, and of a segment that came without one. */
const NEWEST_HANDOVER = 0.2;
const FORGOTTEN_HANDOVER = 0.05;

export class StreamSchedule {
  readonly stream: StreamKind;
  readonly #self: string;
  readonly #segments = new SegmentList();
  readonly #left = new LeftRenditions();
  readonly #holdBack = new HoldBack();
  readonly #signing = new SegmentSigning();
  readonly #wasted = new WastedTransfers();
  #rendition = "";
  #handoverSeconds = UNKNOWN_HANDOVER_SECONDS;
  #mayFetch = true;
  #fetches = 0;
  /** After a switch, the first segment that the player asked for: it has those before it in another rendition. */
  #wantedFrom = Number.NEGATIVE_INFINITY;
  /** The newest segment for which the playlist was refreshed. */
  #refreshedFor = Number.NEGATIVE_INFINITY;

  /** Who is connected with this viewer in this stream's swarm. */
  readonly peers = new SwarmPeers();

  constructor(stream: StreamKind, viewer: string) {
    this.stream = stream;
    this.#self = peerIdOf(viewer, stream, true);
  }

  /** The rendition that is played; empty before the first. */
  get rendition(): string {
    return this.#rendition;
  }

  /** All that is known of its segments, for whoever looks on. */
  get segments(): readonly Readonly<Segment>[] {
    return this.#segments.all;
  }

  /** The swarm as this viewer knows it, its own part in it, and the election by which it is decided. */
  get swarm(): SwarmView & { standingOf: typeof standingOf } {
    return {
      standingOf,
      rendition: this.#rendition,
      self: this.#self,
      peers: this.peers,
      mayFetch: this.#mayFetch,
      handoverSeconds: this.#handoverSeconds,
      holdBackShare: this.#holdBack.share,
    };
  }

  /** Where the player is. */
  get playedSegment(): ListedSegment | undefined {
    return this.#segments.played?.listed;
  }

  /** Whether signatures come; null while none was needed. */
  get hasSignatures(): boolean | null {
    return this.#signing.works;
  }

  /** Whether a segment is held or being fetched. */
  isComing(sequence: number): boolean {
    return this.#segments.isComing(sequence);
  }

  /** The playlist of the rendition that is played from now on, as it stands. */
  update(rendition: string, listed: readonly ListedSegment[], moment: Readonly<Moment>): SchedulerCommand[] {
    const isFirst = this.#rendition !== rendition;
    const commands = isFirst ? this.#enter(rendition, moment.now) : [];
    const gone = this.#segments.update(listed, {
      now: moment.now,
      isElectable: !isFirst && this.peers.isAmongPeers(moment.now),
      held: this.#left.takeBack(rendition),
    });
    return [
      ...commands,
      ...gone.flatMap((segment) => endSegment(segment, "The segment left the playlist")),
      ...this.#drop(gone.filter(({ state }) => state.status === "stored")),
      ...this.#letGo(moment),
    ];
  }

  /**
   * A peer said what it holds and does. If it knows of a newer segment, the playlist is refreshed, once for each: viewers
   * whose playlists show a segment at the same time are sooner agreed on its fetcher. After an outage, the first to reach
   * the CDN brings back all.
   */
  announced(announcement: PeerAnnouncement, now: number): SchedulerCommand[] {
    this.peers.announced(announcement, now);
    const { last } = this.#segments;
    if (last === null) return [];
    const isUnlisted = (sequence: number) => sequence > last && sequence <= last + MOST_UNLISTED;
    const unlisted = [...announcement.held, ...announcement.fetching].filter(isUnlisted);
    const newest = Math.max(...unlisted);
    // A stream that begins anew may count its segments from 0 again.
    const isRefreshed = newest <= this.#refreshedFor && this.#refreshedFor <= last + MOST_UNLISTED;
    if (unlisted.length === 0 || isRefreshed) return [];
    this.#refreshedFor = newest;
    return [{ type: "refresh-playlist", stream: this.stream, rendition: this.#rendition }];
  }

  /** The viewer left the swarm: what it asked there isn't answered. */
  leaveSwarm(): void {
    this.peers.clear();
    for (const segment of this.#segments.all) {
      if (segment.signature.status === "asked") segment.signature = { status: "none" };
    }
  }

  /** The player wants a segment of the rendition that is played. */
  demand(demand: number, sequence: number): SchedulerCommand[] {
    const segment = this.#segments.get(sequence);
    if (!segment) {
      return [{ type: "fail", demand, status: 410, message: "The segment left the playlist" }];
    }
    segment.demands.add(demand);
    this.#wantedFrom = Math.min(this.#wantedFrom, sequence);
    return segment.state.status === "stored" ? deliver(segment, segment.state.delivery) : [];
  }

  dropDemand(demand: number): void {
    for (const { demands } of this.#segments.all) demands.delete(demand);
  }

  /** The fetch that alone brings what a request of the player asked for; null if there is none. */
  fetchFor(demand: number): FetchProgress | null {
    const segment = this.#segments.find(({ demands }) => demands.has(demand));
    const download = fetchOf(segment);
    if (!download || transferOf(segment)) return null;
    const { startedAt, start, bytes } = download;
    return { startedAt, firstByteAt: start?.at ?? null, bytes };
  }

  /** Whether a fetch takes longer than was planned for it, with all the margin that it was given. */
  isFetchLate({ now, downlink }: Readonly<Moment>): boolean {
    const planned = fetchSeconds(downlink.estimate(this.#rendition)) + SAFETY_SECONDS;
    return (
      this.#segments.find((segment) => now - (fetchOf(segment)?.startedAt ?? now) > planned) !== undefined
    );
  }

  /** Whether peers may bring a segment now. */
  takesFromPeers(sequence: number, moment: Readonly<Moment>): boolean {
    const segment = this.#segments.get(sequence);
    if (segment?.isDistrusted || sequence < this.#wantedFrom) return false;
    return !segment || mayComeFromPeers(segment, this.#segments.all, this.#rendition, moment);
  }

  /** A transfer from a peer began or was lost; perhaps one of the other stream. */
  transfer(
    event: Exclude<TransferEvent, { type: "transfer-progress" }>,
    moment: Readonly<Moment>,
  ): SchedulerCommand[] {
    const { now, downlink } = moment;
    const segment = this.#segments.find(({ listed }) => listed.url === event.url);
    if (!segment) return [];
    if (event.type === "transfer-started") {
      beginTransfer(segment, { ...newDownload(now), peerId: event.peerId, totalBytes: null });
      return [];
    }
    if (event.type === "transfer-sized") {
      setSize(segment, event.bytes, now);
      return [];
    }
    // What broke off measures the line as well: over a narrow one hardly any transfer comes to its end.
    const transfer = transferOf(segment);
    if (!transfer) return [];
    downlink.sampled("peers", transfer, now);
    loseTransfer(segment);
    return this.#judge(transfer, moment);
  }

  /** Bytes came from a peer, perhaps for the other stream. */
  transferProgress(peerId: string, bytes: number, moment: Readonly<Moment>): SchedulerCommand[] {
    const { now, downlink } = moment;
    const wasToBeProved = isToBeProved(roomOn(this.#rendition, moment));
    for (const transfer of this.#segments.transferred(peerId, bytes, downlink.start(now))) {
      if (wasToBeProved) downlink.sampled("peers", transfer, now);
    }
    // A narrow line doesn't bear the rest of the trial beside a fetch.
    const hasNarrowed = wasToBeProved && isFull(roomOn(this.#rendition, moment));
    return hasNarrowed ? [this.#announcement()] : [];
  }

  /** Ignores a fetch that isn't this stream's, or was aborted. */
  fetchProgress(fetch: string, bytes: number, { now, downlink }: Readonly<Moment>): void {
    const download = fetchOf(this.#segments.fetchedBy(fetch));
    if (!download) return;
    addProgress(download, bytes, downlink.start(now));
    downlink.isFetching(download, now);
  }

  /** A peer sent a whole segment, perhaps of a rendition that was left a moment ago. */
  transferDone(
    rendition: string,
    sequence: number,
    { data, trailer }: { data: ArrayBuffer; trailer: ArrayBuffer },
    { now, downlink }: Readonly<Moment>,
  ): SchedulerCommand[] {
    const segment = rendition === this.#rendition ? this.#segments.get(sequence) : undefined;
    if (segment?.isDistrusted) return [];
    const transfer = transferOf(segment);
    if (transfer) {
      this.#wasted.paidOff(transfer.peerId);
      this.peers.believe(transfer.peerId);
    }
    const seconds = now - (transfer?.startedAt ?? now);
    if (transfer) downlink.sampled("peers", transfer, now);
    const peerBitsPerSecond = (data.byteLength * 8) / Math.max(seconds, 0.001);
    // A slow peer doesn't mean a slow downlink, so transfers from peers may only raise the throughput estimate.
    const bitsPerSecond = Math.max(peerBitsPerSecond, downlink.bitsPerSecond ?? 0);
    const delivery = { data, source: "peers", bitsPerSecond } as const;
    if (!segment) {
      const isKept = this.#left.add(rendition, sequence, delivery);
      return isKept ? [store(rendition, sequence, { delivery, trailer }), this.#announcement(rendition)] : [];
    }
    const { state } = segment;
    if (state.status === "stored") {
      const isSecondCopy = state.delivery.source === "cdn";
      return isSecondCopy ? [store(rendition, sequence, { delivery, trailer }, true)] : [];
    }
    const wasAlsoFetched = state.status === "from-cdn";
    if (segment.hasHeldBack && !wasAlsoFetched) this.#holdBack.paidOff();
    this.#handoverTook(ANNOUNCEMENT_SECONDS + seconds, NEWEST_HANDOVER);
    segment.signature = { status: "signed" };
    return [...abortFetch(segment), ...this.#store(segment, { delivery, trailer }, wasAlsoFetched)];
  }

  /** Ignores a fetch that isn't this stream's, or was aborted. */
  fetchDone(fetch: string, data: ArrayBuffer, moment: Readonly<Moment>): SchedulerCommand[] {
    const { now, downlink, settings } = moment;
    const segment = this.#segments.fetchedBy(fetch);
    const download = fetchOf(segment);
    if (!segment || !download) return [];
    // The player averages by itself; of an average it would learn late that a line got slower.
    const bitsPerSecond = downlink.sampled("cdn", download, now) ?? downlink.bitsPerSecond ?? 0;
    if (segment.hasHeldBack) this.#holdBack.wasInVain();
    // Without any, what they took is forgotten: who fetches everything would never learn that peers became faster.
    this.#handoverTook(UNKNOWN_HANDOVER_SECONDS, FORGOTTEN_HANDOVER);
    const transfer = transferOf(segment);
    const delivery = { data, source: "cdn", bitsPerSecond } as const;
    segment.signature = { status: "none" };
    const stored = this.#store(segment, { delivery, trailer: settings.signs ? null : new ArrayBuffer(0) });
    return transfer ? [...stored, ...this.#judge(transfer, moment)] : stored;
  }

  /** The signature of a segment came, or didn't. Ignores one that isn't this stream's, or wasn't asked for. */
  signed({ rendition, sequence, trailer }: SegmentSignature, moment: Readonly<Moment>): SchedulerCommand[] {
    const segment = rendition === this.#rendition ? this.#segments.get(sequence) : undefined;
    if (!segment) return [];
    return [...this.#signing.answered(segment, rendition, trailer, moment), this.#announcement()];
  }

  /**
   * What was given to the player can't be decoded: what peers gave near the playhead comes from the CDN instead. Returns
   * nothing if none of it came from peers.
   */
  distrustPeers({ positionSeconds, settings }: Readonly<Moment>): SchedulerCommand[] {
    const from = (positionSeconds ?? 0) - settings.segmentSeconds;
    const suspects = this.#segments.all.filter(
      ({ listed, state }) =>
        state.status === "stored" && state.delivery.source === "peers" && listed.endSeconds > from,
    );
    for (const segment of suspects) {
      segment.state = { status: "missing" };
      segment.isDistrusted = true;
    }
    return this.#drop(suspects);
  }

  /** Ignores a fetch that isn't this stream's, or was aborted. */
  fetchFailed(
    fetch: string,
    status: number,
    message: string,
    { now, random }: Readonly<Moment>,
  ): SchedulerCommand[] {
    const segment = this.#segments.fetchedBy(fetch);
    if (!segment) return [];
    const transfer = transferOf(segment);
    segment.state = transfer ? { status: "from-peer", transfer } : { status: "missing" };
    const count = (segment.failure?.count ?? 0) + 1;
    segment.failure = { count, at: now, retryAt: now + retryDelaySeconds(count, random()) };
    return [
      ...(count % FAILURES_TO_TELL === 0 ? refuse(segment, status, message) : []),
      this.#announcement(),
    ];
  }

  /** Fetches what is due, and tells in how many seconds the next fetch is. */
  review(moment: Readonly<Moment>): { commands: SchedulerCommand[]; nextInSeconds: number } {
    const couldFetch = this.#mayFetch;
    this.#mayFetch = isFitToFetch(this.#rendition, couldFetch, moment);
    this.peers.expirePromises(moment.now);
    this.#signing.expireRefusals(moment.now);
    const rivalry = {
      self: this.#self,
      peers: this.peers,
      mayFetch: this.#mayFetch,
      segmentBytes: moment.downlink.estimate(this.#rendition).segmentBytes,
      room: roomOn(this.#rendition, moment),
    };
    const judged = this.#segments.all.map((segment) => judgeFetch(segment, rivalry, moment));
    const changes = judged.flatMap(({ commands }) => commands);
    const wanted = this.#segments.all.filter(({ listed }) => listed.sequence >= this.#wantedFrom);
    const { due, nextInSeconds } = planFetches(wanted, this.swarm, moment);
    const among = { segments: wanted, rendition: this.#rendition, isAlone: this.peers.isEmpty };
    for (const segment of due) {
      const isWanted = segment.demands.size > 0 || mayFetchAhead(segment, among, moment);
      if (isWanted) changes.push(this.#fetch(segment, moment));
    }
    if (!this.peers.isEmpty) {
      changes.push(...this.#signing.review(this.#segments.all, this.#rendition, moment));
    }
    const isToBeTold =
      changes.length > 0 || couldFetch !== this.#mayFetch || judged.some(({ isChanged }) => isChanged);
    return { commands: isToBeTold ? [...changes, this.#announcement()] : [], nextInSeconds };
  }

  #fetch(segment: Segment, moment: Readonly<Moment>): SchedulerCommand {
    const { now, downlink } = moment;
    this.#fetches += 1;
    const fetch = `${this.stream} ${this.#fetches}`;
    const transfer = transferOf(segment);
    const { segmentBytes } = downlink.estimate(this.#rendition);
    const besidePeers =
      transfer !== null &&
      segmentBytes - transfer.bytes < NEARLY_DONE_SHARE * segmentBytes &&
      !isFull(roomOn(this.#rendition, moment));
    const download = {
      ...newDownload(now),
      fetch,
      besidePeers,
      isUrgent: isUrgent(segment, this.#segments.all, this.#rendition, moment),
    };
    segment.state = { status: "from-cdn", download, transfer };
    return { type: "fetch", fetch, url: segment.listed.url };
  }

  #handoverTook(seconds: number, weight: number): void {
    this.#handoverSeconds += weight * (seconds - this.#handoverSeconds);
  }

  #store(segment: Segment, received: Received, wasAlsoFetched = false): SchedulerCommand[] {
    const { delivery } = received;
    segment.state = { status: "stored", delivery };
    this.peers.heldOneMore();
    return [
      store(this.#rendition, segment.listed.sequence, received, wasAlsoFetched),
      this.#announcement(),
      ...deliver(segment, delivery),
    ];
  }

  #judge(transfer: Transfer, { now, downlink, settings }: Readonly<Moment>): SchedulerCommand[] {
    const { segmentBytes } = downlink.estimate(this.#rendition);
    const bitsPerSecond = (segmentBytes * 8) / Math.max(1, settings.segmentSeconds);
    const { peerId } = transfer;
    const verdict = this.#wasted.brokeOff(transfer, bitsPerSecond, now);
    if (verdict === "doubt") this.peers.doubt(peerId);
    return verdict === "drop" ? [{ type: "drop-peer", peerId }] : [];
  }

  /** What peers should know of this viewer, once what it holds or does has changed. */
  #announcement(rendition = this.#rendition): SchedulerCommand {
    // Nobody waits for what won't be signed.
    const coming = this.#signing.works === false ? [] : this.#segments.all.filter(isOnItsWay);
    const fetching = coming.map(({ listed }) => listed.sequence);
    const isPlayed = rendition === this.#rendition;
    return { type: "announce", rendition, fetching: isPlayed ? fetching : [], mayFetch: this.#mayFetch };
  }

  /** Starts on another rendition: its swarm and its segments are its own. */
  #enter(rendition: string, now: number): SchedulerCommand[] {
    this.#left.keep(this.#rendition, this.#segments.held, now);
    const left = this.#segments.leave();
    this.peers.clear();
    if (this.#rendition !== "") this.#wantedFrom = Number.POSITIVE_INFINITY;
    this.#rendition = rendition;
    this.#refreshedFor = Number.NEGATIVE_INFINITY;
    return left.flatMap((segment) => endSegment(segment, "The rendition was left"));
  }

  /** Lets go of what lies well behind the playhead, and of renditions that were left a while ago. */
  #letGo({ now, positionSeconds }: Readonly<Moment>): SchedulerCommand[] {
    const expired = this.#left.expire(now);
    return [
      ...this.#drop(this.#segments.letGoBehind(positionSeconds ?? 0)),
      ...expired.flatMap(({ rendition, sequences }): SchedulerCommand[] => [
        { type: "drop", rendition, sequences },
        this.#announcement(rendition),
      ]),
    ];
  }

  #drop(segments: readonly Segment[]): SchedulerCommand[] {
    const sequences = segments.map(({ listed }) => listed.sequence);
    const rendition = this.#rendition;
    return sequences.length === 0 ? [] : [{ type: "drop", rendition, sequences }, this.#announcement()];
  }
}

type Received = Pick<ReceivedSegment, "delivery" | "trailer">;

function store(
  rendition: string,
  sequence: number,
  received: Received,
  wasAlsoFetched = false,
): SchedulerCommand {
  return { type: "store", rendition, sequence, ...received, wasAlsoFetched };
}
