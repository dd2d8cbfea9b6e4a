/**
 * Sharing for any player that plays with hls.js: `config` goes into hls.js's constructor, `bind` takes the
 * instance that came out of it. The class itself is the caller's, so that a page keeps its own build of hls.js.
 */

import type Hls from "hls.js";
import type { AudioTrackUpdatedData, Fragment, HlsConfig, LevelDetails, LevelUpdatedData } from "hls.js";
import { withQueryOf } from "./address-query.ts";
import { easeBack } from "./ease-back.ts";
import type { RenditionTraits } from "./engine.ts";
import type { FiguresLog } from "./figures.ts";
import type { Geometry } from "./geometry.ts";
import { abrControllerOver } from "./hls-adaptation.ts";
import { fragmentLoaderOver, playlistLoaderOver, type SegmentSupply } from "./hls-loaders.ts";
import { segmentsOf } from "./hls-segments.ts";
import { hasLeftWindow } from "./left-window.ts";
import type { StreamKind } from "./peer-id.ts";
import { positionShown } from "./playback-watch.ts";
import { nextRendition } from "./renditions.ts";
import type { SharingMode } from "./session.ts";
import { type SharingOptions, StreamSharing } from "./stream-sharing.ts";
import { type TimeShiftWatch, watchTimeShift } from "./time-shift.ts";

/** The pace of who is further behind than the delay. */
const CATCH_UP_RATE = 1.05;

export class HlsSharing {
  readonly #Hls: typeof Hls;
  readonly #sharing: StreamSharing;
  readonly #figures: FiguresLog;
  #hls: Hls | null = null;
  #timeShift: TimeShiftWatch | null = null;
  #isTimeShifted = false;
  #isEasingBack = false;
  #stopWatching = () => {};

  constructor(hlsClass: typeof Hls, options: SharingOptions) {
    this.#Hls = hlsClass;
    this.#figures = options.figures;
    this.#sharing = new StreamSharing(options, {
      media: () => this.#hls?.media ?? null,
      renditions: () => this.#renditions(),
      play: (geometry) => this.#play(geometry),
      requestAddress: (address) => this.#signed(address),
    });
  }

  /** What hls.js must be constructed with. */
  get config(): Partial<HlsConfig> {
    return {
      ...this.#positions(this.#sharing.geometry),
      fLoader: fragmentLoaderOver(this.#supply()),
      pLoader: playlistLoaderOver((text, bytes) => {
        // With each playlist, hls.js jumps to live for whoever is too far behind and not on purpose.
        this.#timeShift?.look();
        this.#sharing.readPlaylist(text, bytes);
      }),
      abrController: abrControllerOver(this.#Hls.DefaultConfig.abrController, (...state) =>
        this.#nextLevel(...state),
      ),
      backBufferLength: 30,
      // What players know a live stream by; the element then tells the playlist's window as seekable.
      liveDurationInfinity: true,
      testBandwidth: false,
      xhrSetup: (request, address) => {
        const signed = this.#signed(address);
        if (signed !== address) request.open("GET", signed, true);
      },
    };
  }

  get mode(): SharingMode {
    return this.#sharing.mode;
  }

  /** Binds to the hls.js instance that `config` went into, before it loads anything. */
  bind(hls: Hls): void {
    this.#hls = hls;
    const { Events } = this.#Hls;
    hls.on(Events.LEVEL_UPDATED, this.#onLevelUpdated);
    hls.on(Events.AUDIO_TRACK_UPDATED, this.#onAudioTrackUpdated);
    hls.on(Events.FRAG_LOADED, (_event, { frag }) => this.#count(frag));
    hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => this.#figures.quality(level));
    hls.on(Events.FRAG_BUFFERED, this.#sharing.start);
    hls.on(Events.MEDIA_ATTACHED, (_event, { media }) => this.#follow(media));
    hls.on(Events.MEDIA_DETACHED, () => {
      this.#stopWatching();
      this.#sharing.followMedia();
    });
    hls.on(Events.DESTROYING, () => {
      this.#stopWatching();
      this.#sharing.destroy();
      this.#hls = null;
    });
  }

  /** Whether this is brought to the player from here; the rest takes hls.js's own way. */
  #brings(frag: Fragment): boolean {
    return typeof frag.sn === "number" && this.#sharing.brings(this.#renditionOf(frag.type, frag.level));
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

  /** Init segments, and the segments of a viewer who doesn't share, came by hls.js's own way. */
  #count(frag: Fragment): void {
    if (this.#brings(frag)) return;
    this.#figures.received("cdn", frag.stats.loaded);
    if (typeof frag.sn === "number") this.#figures.segment("cdn");
  }

  #follow(media: HTMLMediaElement): void {
    this.#stopWatching();
    this.#sharing.followMedia();
    // hls.js lets go of the element and takes it again to restart the decoder; who had gone back still has.
    const timeShift = watchTimeShift(media, this.#isTimeShifted, (isShifted) => {
      this.#isTimeShifted = isShifted;
      this.#play(this.#sharing.geometry);
    });
    this.#timeShift = timeShift;
    const nearerBySeconds = () => this.#nearerToLiveBySeconds();
    const stopEasing = easeBack(media, nearerBySeconds, (isEasing) => {
      this.#isEasingBack = isEasing;
      this.#play(this.#sharing.geometry);
    });
    this.#stopWatching = () => {
      timeShift.stop();
      stopEasing();
    };
  }

  #nearerToLiveBySeconds(): number | null {
    const { latency = 0 } = this.#hls ?? {};
    return this.#isTimeShifted || latency <= 0 ? null : this.#sharing.geometry.delaySeconds - latency;
  }

  #play(geometry: Geometry): void {
    if (this.#hls) Object.assign(this.#hls.config, this.#positions(geometry));
  }

  #positions({ delaySeconds, maxDelaySeconds, forwardBufferSeconds }: Geometry): Partial<HlsConfig> {
    return {
      liveSyncDuration: delaySeconds,
      // hls.js jumps to live from further behind, which a viewer who went back doesn't want.
      liveMaxLatencyDuration: this.#isTimeShifted ? Number.POSITIVE_INFINITY : maxDelaySeconds,
      // At 1 hls.js leaves the pace alone; else it sets it at every update of the picture and of the playlist.
      maxLiveSyncPlaybackRate: this.#isEasingBack ? 1 : CATCH_UP_RATE,
      maxBufferLength: forwardBufferSeconds,
      maxMaxBufferLength: forwardBufferSeconds,
    };
  }

  *#renditions(): Generator<{ kind: StreamKind; rendition: string; traits: RenditionTraits }> {
    for (const [index, level] of (this.#hls?.levels ?? []).entries()) {
      yield { kind: "main", rendition: this.#renditionOf("main", index), traits: traitsOf(level) };
    }
    for (const track of this.#hls?.allAudioTracks ?? []) {
      const traits = {
        codecs: track.audioCodec ?? null,
        language: track.lang ?? null,
        channels: track.channels ?? null,
        name: track.name,
      };
      yield { kind: "secondary", rendition: track.url, traits };
    }
  }

  readonly #onLevelUpdated = (_event: string, { details, level }: LevelUpdatedData): void => {
    this.#update("main", this.#renditionOf("main", level), details);
    if (details.live) this.#catchUpWith(details);
  };

  #catchUpWith({ fragmentStart }: LevelDetails): void {
    const { media, liveSyncPosition } = this.#hls ?? {};
    if (!media || typeof liveSyncPosition !== "number") return;
    const place = {
      currentTime: media.currentTime,
      hasPlayed: media.played.length > 0,
      isShown: positionShown(media) !== null,
      playlistStart: fragmentStart,
    };
    if (hasLeftWindow(place)) media.currentTime = liveSyncPosition;
  }

  readonly #onAudioTrackUpdated = (_event: string, { details, id }: AudioTrackUpdatedData): void => {
    this.#update("secondary", this.#renditionOf("audio", id), details);
  };

  #update(kind: StreamKind, rendition: string, details: LevelDetails): void {
    if (!details.live || rendition === "") return;
    this.#sharing.update(kind, rendition, segmentsOf(details));
  }

  #renditionOf(type: string, index: number): string {
    const hls = this.#hls;
    if (type === "main") return hls?.levels[index]?.uri ?? "";
    return type === "audio" ? (hls?.audioTracks[index]?.url ?? "") : "";
  }

  /** The level to play next, in hls.js's numbering (lowest bit rate first). */
  #nextLevel(hls: Hls, suggested: number, secondsSinceSwitch: number): number {
    if (this.mode === "off") return suggested;
    return nextRendition({
      ladder: hls.levels.map(({ bitrate }) => bitrate),
      current: hls.loadLevel,
      suggested,
      neighbours: this.#sharing.neighbourCount,
      secondsSinceSwitch,
      lineBitsPerSecond: this.#sharing.lineBitsPerSecond,
      bufferSeconds: hls.mainForwardBufferInfo?.len ?? 0,
      segmentSeconds: hls.latestLevelDetails?.targetduration ?? 2,
    });
  }
}

function traitsOf(level: Hls["levels"][number]): RenditionTraits {
  return {
    // The peak, as p2p-media-loader's own players take it, so that theirs and ours can share.
    bitrate: level.attrs.decimalInteger("BANDWIDTH"),
    codecs: level.videoCodec ?? null,
    width: level.width,
    height: level.height,
    frameRate: level.attrs["FRAME-RATE"] ?? null,
    videoRange: level.attrs["VIDEO-RANGE"] ?? null,
  };
}
