/**
 * Sharing for any player that uses hls.js: pass `config` to hls.js's constructor and the instance to `bind`. The
 * class is the caller's, so that a page keeps its own build of hls.js.
 */

import type Hls from "hls.js";
import type { ErrorData, Fragment, HlsConfig, LevelDetails } from "hls.js";
import type { Geometry } from "../../sharing/geometry.ts";
import type { StreamKind } from "../../sharing/peer-id.ts";
import { nextRendition } from "../../sharing/rendition-choice.ts";
import { withQueryOf } from "../address-query.ts";
import { isBehindWindow } from "../playhead/behind-window.ts";
import { playheadOf } from "../playhead/buffered.ts";
import { slowToTargetDelay } from "../playhead/slow-to-target-delay.ts";
import { type TimeShiftWatch, watchTimeShift } from "../playhead/time-shift.ts";
import type { SharingMode } from "../session.ts";
import type { SharingOptions } from "../shell/player-adapter.ts";
import { StreamSharing } from "../shell/stream-sharing.ts";
import type { StatsCounter } from "../stats.ts";
import { TICKET_REFUSED, type Tickets, withoutTicket } from "../tickets.ts";
import { abrControllerOver } from "./abr-controller.ts";
import { fragmentLoaderOver, playlistLoaderOver, type SegmentSupply } from "./loaders.ts";
import { PlaylistRefresh } from "./playlist-refresh.ts";
import { type Ladder, NO_LADDER, renditionAt, renditionsOf } from "./renditions.ts";
import { segmentsOf } from "./segments.ts";

/** The playback rate beyond the target delay. */
const CATCH_UP_RATE = 1.05;

export class HlsSharing {
  readonly #Hls: typeof Hls;
  readonly #sharing: StreamSharing;
  readonly #stats: StatsCounter;
  readonly #tickets: Tickets | undefined;
  #hls: Hls | null = null;
  #playlists: PlaylistRefresh | null = null;
  #ladder: Ladder = NO_LADDER;
  #timeShift: TimeShiftWatch | null = null;
  #isTimeShifted = false;
  #isSlowedDown = false;
  #stopWatching = () => {};

  constructor(hlsClass: typeof Hls, options: SharingOptions) {
    this.#Hls = hlsClass;
    this.#stats = options.stats;
    this.#tickets = options.tickets;
    this.#sharing = new StreamSharing(options, {
      media: () => this.#hls?.media ?? null,
      renditions: () => renditionsOf(this.#ladder),
      play: (geometry) => this.#play(geometry),
      refreshPlaylist: (kind, rendition) => this.#playlists?.refresh(kind, rendition),
      requestAddress: (address) => this.#signed(address),
    });
  }

  /** What hls.js must be constructed with. */
  get config(): Partial<HlsConfig> {
    return {
      ...this.#positions(this.#sharing.geometry),
      fLoader: fragmentLoaderOver(this.#supply()),
      pLoader: playlistLoaderOver(withoutTicket, (text, bytes) => {
        // hls.js decides with each playlist whether to jump to live, so a rewind must be known before.
        this.#timeShift?.look();
        this.#sharing.readPlaylist(text, bytes);
      }),
      abrController: abrControllerOver(this.#Hls.DefaultConfig.abrController, (...state) =>
        this.#nextLevel(...state),
      ),
      backBufferLength: 30,
      // Marks the stream as live for players, and makes `seekable` the playlist's window.
      liveDurationInfinity: true,
      testBandwidth: false,
      xhrSetup: (request, address) => {
        const open = (signed: string) => {
          if (signed !== address) request.open("GET", signed, true);
        };
        const signed = this.#signed(address);
        const ticketed = this.#tickets?.address(signed) ?? signed;
        return typeof ticketed === "string" ? open(ticketed) : ticketed.then(open);
      },
    };
  }

  get mode(): SharingMode {
    return this.#sharing.mode;
  }

  /** Takes the hls.js instance that `config` was passed to, before it loads anything. */
  bind(hls: Hls): void {
    this.#hls = hls;
    this.#ladder = hls;
    const { Events } = this.#Hls;
    this.#playlists = new PlaylistRefresh(hls, Events, (type, index) => this.#renditionOf(type, index));
    hls.on(Events.LEVEL_UPDATED, (_event, { details, level }) => {
      this.#update("main", this.#renditionOf("main", level), details);
      if (details.live) jumpIntoWindow(hls, details);
    });
    hls.on(Events.AUDIO_TRACK_UPDATED, (_event, { details, id }) =>
      this.#update("secondary", this.#renditionOf("audio", id), details),
    );
    hls.on(Events.FRAG_LOADED, (_event, { frag }) => this.#count(frag));
    hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => this.#stats.quality(level));
    hls.on(Events.FRAG_BUFFERED, this.#sharing.start);
    hls.on(Events.ERROR, (_event, error) => {
      if (isBrokenMedia(error)) this.#sharing.mediaBroke();
      if (error.response?.code === TICKET_REFUSED) this.#tickets?.refused();
    });
    hls.on(Events.MEDIA_ATTACHED, (_event, { media }) => this.#follow(hls, media));
    hls.on(Events.MEDIA_DETACHED, () => {
      this.#stopWatching();
      this.#sharing.followMedia();
    });
    hls.on(Events.DESTROYING, () => {
      this.#stopWatching();
      this.#sharing.destroy();
      this.#hls = null;
      this.#playlists = null;
      this.#ladder = NO_LADDER;
    });
  }

  /** Whether this segment comes from here; anything else is left to hls.js's own loader. */
  #brings(frag: Fragment): boolean {
    const rendition = this.#renditionOf(frag.type, frag.level);
    return typeof frag.sn === "number" && this.#sharing.brings(rendition, frag.sn);
  }

  setMode(mode: SharingMode): void {
    this.#sharing.setMode(mode);
  }

  setTargetDelay(seconds: number): void {
    this.#sharing.setTargetDelay(seconds);
    if (this.#hls) this.#hls.targetLatency = this.#sharing.geometry.delaySeconds;
  }

  #supply(): SegmentSupply {
    return {
      brings: ({ frag }) => this.#brings(frag),
      request: ({ frag, url }, answer) =>
        this.#sharing.request(
          {
            kind: frag.type === "audio" ? "secondary" : "main",
            rendition: this.#renditionOf(frag.type, frag.level),
            sequence: Number(frag.sn),
            url,
          },
          answer,
        ),
    };
  }

  #signed(address: string): string {
    const stream = this.#hls?.url;
    return stream ? withQueryOf(stream, address) : address;
  }

  /** Counts what hls.js loaded by itself: init segments, and all segments if this viewer doesn't share. */
  #count(frag: Fragment): void {
    if (this.#brings(frag)) return;
    this.#stats.received("cdn", frag.stats.loaded);
    if (typeof frag.sn === "number") this.#stats.segment("cdn");
  }

  #follow(hls: Hls, media: HTMLMediaElement): void {
    this.#stopWatching();
    this.#sharing.followMedia();
    // hls.js detaches and reattaches the element to restart the decoder, which doesn't end a time shift.
    const timeShift = watchTimeShift(media, this.#isTimeShifted, (isShifted) => {
      this.#isTimeShifted = isShifted;
      this.#play(this.#sharing.geometry);
    });
    this.#timeShift = timeShift;
    const nearerBySeconds = () => this.#nearerToLiveBySeconds(hls);
    const stopSlowing = slowToTargetDelay(media, nearerBySeconds, (isSlow) => {
      this.#isSlowedDown = isSlow;
      this.#play(this.#sharing.geometry);
    });
    this.#stopWatching = () => {
      timeShift.stop();
      stopSlowing();
    };
  }

  /** Null while the viewer is behind live on purpose, or the delay isn't known. */
  #nearerToLiveBySeconds({ latency }: Hls): number | null {
    return this.#isTimeShifted || latency <= 0 ? null : this.#sharing.geometry.delaySeconds - latency;
  }

  #play(geometry: Geometry): void {
    if (this.#hls) Object.assign(this.#hls.config, this.#positions(geometry));
  }

  #positions(geometry: Geometry): Partial<HlsConfig> {
    const { delaySeconds, startDelaySeconds, maxDelaySeconds, forwardBufferSeconds } = geometry;
    const hasPlayed = (this.#hls?.media?.played.length ?? 0) > 0;
    return {
      liveSyncDuration: hasPlayed ? delaySeconds : startDelaySeconds,
      // Beyond this hls.js jumps to live, which a viewer who rewound doesn't want.
      liveMaxLatencyDuration: this.#isTimeShifted ? Number.POSITIVE_INFINITY : maxDelaySeconds,
      // At 1 hls.js leaves the playback rate alone; otherwise it sets it with every time update and playlist.
      maxLiveSyncPlaybackRate: this.#isSlowedDown ? 1 : CATCH_UP_RATE,
      maxBufferLength: forwardBufferSeconds,
      maxMaxBufferLength: forwardBufferSeconds,
    };
  }

  #update(kind: StreamKind, rendition: string, details: LevelDetails): void {
    if (!details.live || rendition === "") return;
    this.#sharing.update(kind, rendition, segmentsOf(details));
  }

  #renditionOf(type: string, index: number): string {
    return renditionAt(this.#ladder, type, index);
  }

  /** The level to play next, in hls.js's numbering (lowest bit rate first). */
  #nextLevel(hls: Hls, suggested: number, secondsSinceSwitch: number): number {
    if (this.mode === "off") return suggested;
    return nextRendition({
      ladder: hls.levels.map(({ bitrate }) => bitrate),
      current: hls.loadLevel,
      suggested,
      peers: this.#sharing.peerCount,
      secondsSinceSwitch,
      throughputBitsPerSecond: this.#sharing.throughputBitsPerSecond,
      bufferSeconds: hls.mainForwardBufferInfo?.len ?? 0,
      segmentSeconds: hls.latestLevelDetails?.targetduration ?? 2,
    });
  }
}

/** Errors of hls.js that tell of broken media although it goes on. */
const OF_BROKEN_MEDIA: ReadonlySet<string> = new Set(["fragParsingError", "bufferAppendError"]);

/** Whether media can't be decoded, or isn't any. */
function isBrokenMedia({ type, details, fatal }: ErrorData): boolean {
  const mediaError: string = type;
  return mediaError === "mediaError" && (fatal || OF_BROKEN_MEDIA.has(details));
}

/** Moves a playhead that was left behind by the live window to the live position. */
function jumpIntoWindow({ media, liveSyncPosition }: Hls, { fragmentStart }: LevelDetails): void {
  if (!media || typeof liveSyncPosition !== "number") return;
  const playhead = {
    currentTime: media.currentTime,
    hasPlayed: media.played.length > 0,
    isStalled: playheadOf(media) === null,
    playlistStart: fragmentStart,
  };
  if (isBehindWindow(playhead)) media.currentTime = liveSyncPosition;
}
