/**
 * Runs the segment scheduler for one viewer and stream, whatever the player: passes events in, runs the commands, and
 * keeps the timer. An adapter reports playlists and requests segments; hls/hls-sharing.ts is the one for hls.js.
 */

import type { EngineEvent, EngineOptions } from "../../engine/engine.ts";
import { isLargeEnough } from "../../policy/threshold.ts";
import { fetchSeconds, type Geometry } from "../../sharing/geometry.ts";
import { LiveShape } from "../../sharing/live-shape.ts";
import { type StreamKind, viewerNameFrom, viewerOf } from "../../sharing/peer-id.ts";
import { SegmentScheduler } from "../../sharing/scheduler.ts";
import type {
  ListedSegment,
  ReceivedSegment,
  SchedulerCommand,
  SchedulerEvent,
} from "../../sharing/scheduler-events.ts";
import { SegmentStore } from "../../sharing/segment-store.ts";
import { playheadOf, secondsBuffered } from "../playhead/buffered.ts";
import type { SharingMode } from "../session.ts";
import type { SignatureState } from "../stats.ts";
import { TICKET_REFUSED } from "../tickets.ts";
import { CdnError } from "./cdn-fetch.ts";
import { firstFrameShown } from "./first-frame.ts";
import { roomToJoin } from "./join-moment.ts";
import { Membership } from "./membership.ts";
import type { PlayerAdapter, SegmentAnswer, SegmentRequest, SharingOptions } from "./player-adapter.ts";
import { SegmentFetches } from "./segment-fetches.ts";

const SLOW_START_SECONDS = 0.5;

/** How long a peer that only wasted this viewer's time isn't met again. */
const WASTER_BAN_SECONDS = 60;

const now = () => performance.now() / 1000;

export class StreamSharing {
  readonly #options: SharingOptions;
  readonly #player: PlayerAdapter;
  readonly #viewer: string;
  readonly #scheduler: SegmentScheduler;
  readonly #store = new SegmentStore();
  readonly #membership = new Membership();
  readonly #fetches = new SegmentFetches();
  readonly #shape: LiveShape;
  /** The player's unanswered requests, by demand. */
  readonly #answers = new Map<number, SegmentAnswer>();
  #requests = 0;
  #mode: SharingMode;
  #geometry: Geometry;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #slowStart: ReturnType<typeof setInterval> | undefined;
  #isDestroyed = false;
  /** For a while, or for the rest of the visit. */
  #staysAway = false;
  /** It stayed away because its uplink was too weak. */
  #measuresUplinkAnew = false;
  #return: ReturnType<typeof setTimeout> | undefined;
  #stopListening = () => {};

  constructor(options: SharingOptions, player: PlayerAdapter) {
    this.#options = options;
    this.#player = player;
    this.#mode = options.mode;
    this.#viewer = viewerNameFrom(crypto.getRandomValues(new Uint8Array(12)), options.tickets?.viewer);
    this.#scheduler = new SegmentScheduler(this.#viewer, Math.random);
    if (options.tickets) this.#stopListening = options.tickets.onChange(() => this.#rejoin());
    this.#shape = new LiveShape(options.delaySeconds);
    this.#geometry = this.#shape.geometry(this.#scheduler.downlink);
    if (!this.#seeksPeers) this.#dispatch({ type: "swarm", state: "unavailable" });
    this.#applySettings();
  }

  get geometry(): Geometry {
    return this.#geometry;
  }

  get mode(): SharingMode {
    return this.#mode;
  }

  /** Connected peers that share the current video rendition. */
  get peerCount(): number {
    return this.#scheduler.peerCount;
  }

  /** Throughput of fetches from the CDN; null until the first one has finished. */
  get throughputBitsPerSecond(): number | null {
    return this.#scheduler.throughputBitsPerSecond;
  }

  /** Leaves and rejoins the swarms, since peer ids say whether a viewer shares. Playback continues. */
  setMode(mode: SharingMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#rejoin();
  }

  setTargetDelay(seconds: number): void {
    this.#shape.wishedDelaySeconds = seconds;
    this.#reshape();
  }

  /** Reads a playlist's text for the stream's shape. Call this before the player processes the playlist. */
  readPlaylist(text: string, bytes: number): void {
    this.#options.stats.received("cdn", bytes);
    this.#dispatch({ type: "cdn-reached" });
    this.#shape.readText(text);
    this.#reshape();
  }

  /** Takes the segments that a rendition's live playlist lists now. */
  update(kind: StreamKind, rendition: string, segments: readonly ListedSegment[]): void {
    this.#membership.engine?.updateSegments(rendition, segments);
    if (kind === "main" && this.#shape.readSegments(segments)) this.#reshape();
    this.#dispatch({ type: "playlist", stream: kind, rendition, segments });
  }

  /**
   * Whether a segment comes from here; if not, the player loads it by itself. With sharing off that is only what was
   * fetched or under way when it was switched off, which isn't fetched twice.
   */
  brings(rendition: string, sequence: number): boolean {
    return this.#mode === "off"
      ? this.#scheduler.isComing(rendition, sequence)
      : this.#scheduler.playlists.has(rendition);
  }

  /** Requests a segment for the player. Returns the function that cancels the request. */
  request({ kind, rendition, sequence, url }: SegmentRequest, answer: SegmentAnswer): () => void {
    this.#requests += 1;
    const demand = this.#requests;
    this.#answers.set(demand, answer);
    this.#membership.engine?.playerAt(rendition, url);
    this.#startIfSlow();
    // Deferred because hls.js finishes its own setup after calling load().
    queueMicrotask(() => {
      if (!this.#answers.has(demand)) return;
      this.#dispatch({ type: "demand", demand, stream: kind, rendition, sequence });
    });
    return () => {
      if (this.#answers.delete(demand)) this.#dispatch({ type: "demand-dropped", demand });
    };
  }

  /**
   * Joins the swarms with the first frame, once the first segment has been buffered; later on a tight line. Later calls
   * do nothing.
   */
  readonly start = (): void => {
    this.#join(async (leaving) => {
      await firstFrameShown(this.#player.media(), leaving);
      await roomToJoin(() => this.#howItStarts(), leaving);
    });
  };

  /**
   * A first segment that will take longer than it plays comes over a line that is full or slow: peers nearby may bring it
   * sooner, and the engine is loaded before the first frame.
   */
  #startIfSlow(): void {
    this.#slowStart ??= setInterval(() => {
      if (this.#fetches.longestSeconds > this.#shape.segmentSeconds) this.#join(async () => {});
    }, SLOW_START_SECONDS * 1000);
  }

  #howItStarts() {
    return {
      room: this.#scheduler.room,
      fetchSeconds: fetchSeconds(this.#scheduler.downlink),
      bufferSeconds: secondsBuffered(this.#player.media()),
    };
  }

  #join(ready: (leaving: AbortSignal) => Promise<void>): void {
    if (this.#isDestroyed || !this.#seeksPeers || this.#membership.hasJoined) return;
    if (typeof RTCPeerConnection === "undefined") {
      this.#dispatch({ type: "swarm", state: "unavailable" });
      return;
    }
    this.#dispatch({ type: "swarm", state: "joining" });
    clearInterval(this.#slowStart);
    this.#membership
      .join(this.#player, this.#scheduler, () => this.#engineOptions(), ready)
      .then(this.followMedia, (error: unknown) => {
        this.#leave();
        this.#dispatch({ type: "swarm", state: "unavailable" });
        this.#options.onSharingFailed?.(error);
      });
  }

  /** The player can't decode what it was given. */
  mediaBroke(): void {
    this.#dispatch({ type: "media-broken" });
  }

  /** Follows the player's current media element. Call this whenever it changes. */
  readonly followMedia = (): void => this.#membership.follow(this.#player.media());

  readonly destroy = (): void => {
    this.#isDestroyed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    clearTimeout(this.#return);
    clearInterval(this.#slowStart);
    this.#fetches.abortAll();
    this.#answers.clear();
    this.#membership.leave();
    this.#membership.follow(null);
  };

  #rejoin(): void {
    this.#leave();
    this.#applySettings();
    if (this.#player.media()) this.start();
  }

  #stayAway(seconds: number | null): void {
    this.#staysAway = true;
    this.#leave();
    clearTimeout(this.#return);
    if (seconds === null) return;
    this.#return = setTimeout(() => {
      this.#staysAway = false;
      this.#measuresUplinkAnew = true;
      this.#rejoin();
    }, seconds * 1000);
  }

  get #seeksPeers(): boolean {
    return (
      this.#mode !== "off" &&
      this.#options.trackers.length > 0 &&
      !this.#staysAway &&
      !this.#options.tickets?.refusal &&
      this.#canCheck
    );
  }

  /** Whether what peers give can be checked, or the page said that it needn't be. */
  get #canCheck(): boolean {
    const { signatures, sharesUnsigned } = this.#options;
    // Without a secure context the browser has no means to check a signature.
    return signatures ? globalThis.crypto.subtle !== undefined : sharesUnsigned === true;
  }

  #leave(): void {
    // Before connections close: a viewer that seems to be alone would fetch everything itself.
    this.#dispatch({ type: "swarm", state: this.#seeksPeers ? "left" : "unavailable" });
    this.#membership.leave();
    for (const stream of ["main", "secondary"] as const) this.#options.stats.swarmCounted(null, stream);
  }

  #engineOptions(): EngineOptions {
    const { channel, trackers, stunServers, tickets, signatures, sharingAbove = 0 } = this.#options;
    return {
      channel,
      trackers,
      ...(tickets && {
        swarm: tickets.swarm,
        trackerAddress: (tracker: string) => tickets.current(tracker),
      }),
      stunServers,
      viewer: this.#viewer,
      shares: this.#mode === "on",
      mayMeet: (viewers) => isLargeEnough(viewers, sharingAbove),
      peerWindowSeconds: this.#geometry.peerWindowSeconds,
      store: this.#store,
      signatures: signatures
        ? { ...signatures, requestAddress: (address) => this.#requestAddress(address) }
        : null,
      wants: (rendition, sequence) => this.#scheduler.wants(rendition, sequence),
      measuresUplinkAnew: this.#measuresUplinkAnew,
      ownState: () => ({
        isPaused: this.#scheduler.servesNobody,
        bufferSeconds: secondsBuffered(this.#player.media()),
        segmentSeconds: this.#shape.segmentSeconds,
      }),
      onEvent: (event) => this.#onEngineEvent(event),
    };
  }

  #onEngineEvent(event: EngineEvent): void {
    const { stats } = this.#options;
    if (event.type === "sent") {
      stats.sentToPeers(event.bytes);
      return;
    }
    if (event.type === "peer-connected") stats.peerConnected(viewerOf(event.peerId), event.stream);
    if (event.type === "peer-closed") stats.peerClosed(viewerOf(event.peerId), event.stream);
    if (event.type === "transfer-progress") stats.received("peers", event.bytes);
    if (event.type === "swarm-counted") stats.swarmCounted(event.viewers, event.stream);
    this.#dispatch(event);
  }

  #dispatch(event: SchedulerEvent): void {
    if (this.#isDestroyed) return;
    const media = this.#player.media();
    const positionSeconds = playheadOf(media);
    const bufferSeconds = secondsBuffered(media);
    this.#handle({ type: "playhead", positionSeconds, bufferSeconds });
    this.#handle(event);
    for (const [demand, answer] of this.#answers) answer.progress?.(this.#scheduler.fetchFor(demand));
    this.#options.stats.guard(this.#scheduler.guardLevel);
    this.#options.stats.signatures(this.#signatureState);
  }

  #handle(event: SchedulerEvent): void {
    const scheduler = this.#scheduler;
    const commands = scheduler.handle(event, now());
    this.#options.onHandled?.({ event, commands, scheduler, engine: this.#membership.engine });
    this.#run(commands);
  }

  get #signatureState(): SignatureState {
    if (!this.#options.signatures) return this.#options.sharesUnsigned ? "unsigned" : "none";
    if (!this.#canCheck) return "insecure";
    return this.#scheduler.hasSignatures === false ? "missing" : "checked";
  }

  #run(commands: readonly SchedulerCommand[]): void {
    for (const command of commands) {
      switch (command.type) {
        case "fetch":
          void this.#fetch(command.fetch, command.url);
          break;
        case "abort-fetch":
          this.#fetches.abort(command.fetch);
          break;
        case "store":
          this.#keep(command);
          break;
        case "drop":
          this.#store.drop(command.rendition, command.sequences);
          break;
        case "fetch-signature":
          this.#membership.engine?.fetchSignature(command.sequence);
          break;
        case "sign":
          void this.#membership.engine?.sign(command.rendition, command, command.data);
          break;
        case "attach-trailer":
          this.#store.attach(command.rendition, command.sequence, command.trailer);
          break;
        case "drop-peer":
          this.#membership.engine?.ban(command.peerId, now() + WASTER_BAN_SECONDS);
          break;
        case "leave-swarms":
          this.#stayAway(command.forSeconds);
          break;
        case "announce":
          this.#membership.engine?.announce(command.rendition, command);
          break;
        case "refresh-playlist":
          this.#player.refreshPlaylist?.(command.stream, command.rendition);
          break;
        case "deliver":
          this.#take(command.demand)?.deliver(command.delivery);
          break;
        case "fail":
          this.#take(command.demand)?.fail(command.status, command.message);
          break;
        case "set-timer":
          clearTimeout(this.#timer);
          this.#timer = setTimeout(() => this.#dispatch({ type: "timer" }), command.inSeconds * 1000);
      }
    }
  }

  /** The page's own address for a plain one, by the ticket if there is one. */
  #requestAddress(plain: string): string | Promise<string> {
    const signed = this.#player.requestAddress(plain);
    return this.#options.tickets?.address(signed) ?? signed;
  }

  async #fetch(fetch: string, url: string): Promise<void> {
    const { stats, onCdn, tickets } = this.#options;
    const event = await this.#fetches.run(fetch, this.#requestAddress(url), (bytes) => {
      stats.received("cdn", bytes);
      this.#dispatch({ type: "fetch-progress", fetch, bytes });
    });
    if (!event) return;
    if (event.type === "fetch-failed" && event.status === TICKET_REFUSED) tickets?.refused();
    if (event.type === "fetch-failed") onCdn(new CdnError(event.status, event.message));
    else onCdn("works");
    this.#dispatch(event);
  }

  #keep({ rendition, sequence, delivery, trailer, wasAlsoFetched }: ReceivedSegment): void {
    const { data, source } = delivery;
    const { stats, onSegment } = this.#options;
    this.#store.put(rendition, sequence, { data, source, trailer });
    stats.segment(source);
    if (wasAlsoFetched) stats.segmentFetchedTwice();
    onSegment?.(rendition, sequence, source);
  }

  /** Takes the request behind a demand, unless it was dropped, so that it is answered once. */
  #take(demand: number): SegmentAnswer | undefined {
    const answer = this.#answers.get(demand);
    this.#answers.delete(demand);
    return answer;
  }

  #reshape(): void {
    if (!this.#shape.isKnown) return;
    this.#geometry = this.#shape.geometry(this.#scheduler.downlink);
    this.#membership.engine?.setPeerWindow(this.#geometry.peerWindowSeconds);
    this.#applySettings();
    this.#player.play(this.#geometry);
  }

  #applySettings(): void {
    const settings = {
      shares: this.#mode === "on",
      fetchesAhead: this.#mode !== "off",
      peerWindowSeconds: this.#geometry.peerWindowSeconds,
      segmentSeconds: this.#shape.segmentSeconds,
      signs: Boolean(this.#options.signatures),
    };
    this.#dispatch({ type: "settings", settings });
  }
}
