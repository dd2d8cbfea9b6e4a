/**
 * Sharing for any player that plays with hls.js: `config` goes into hls.js's constructor, `bind` takes the
 * instance that came out of it. Adapters for other players' hls.js builds need nothing else.
 */

import Hls, {
  type AudioTrackUpdatedData,
  type Fragment,
  type HlsConfig,
  type LevelDetails,
  type LevelUpdatedData,
} from "hls.js";
import type { CdnError } from "./cdn-fetch.ts";
import type { Engine, RenditionTraits } from "./engine.ts";
import type { FiguresLog } from "./figures.ts";
import { Flow } from "./flow.ts";
import { type Geometry, liveGeometry } from "./geometry.ts";
import { fragmentLoaderOver, playlistLoaderOver, type SegmentSupply } from "./hls-loaders.ts";
import type { FlowSegment } from "./journey.ts";
import { LineMeter } from "./line-meter.ts";
import { type StreamKind, viewerNameFrom, viewerOf } from "./peer-id.ts";
import { playlistShape } from "./playlist-shape.ts";
import { nextRendition } from "./renditions.ts";
import { SegmentStore, type Source } from "./segment-store.ts";
import type { SharingMode } from "./session.ts";

export interface HlsSharingOptions {
  channel: string;
  trackers: readonly string[];
  stunServers: readonly string[];
  mode: SharingMode;
  delaySeconds: number | null;
  figures: FiguresLog;
  onCdn(outcome: "works" | CdnError): void;
  onSegment?(rendition: string, sequence: number, source: Source): void;
  /** Sharing broke down for good; playing goes on from the CDN. */
  onSharingFailed?(error: unknown): void;
}

const KINDS: readonly StreamKind[] = ["main", "secondary"];

/** Before a playlist has been read: three segments of two seconds. */
const FIRST_DELAY_SECONDS = 6;

/** How long after the engine's start connections to peers may take to come up. */
const SETTLING_SECONDS = 5;

export class HlsSharing {
  readonly #options: HlsSharingOptions;
  readonly #viewer = viewerNameFrom(crypto.getRandomValues(new Uint8Array(12)));
  readonly #meter = new LineMeter();
  readonly #store = new SegmentStore((rendition, sequence, data, source) =>
    this.#flowPlaying(rendition)?.stored(sequence, data, source),
  );
  readonly #flows = new Map<StreamKind, Flow>();
  readonly #playlists = new Map<string, FlowSegment[]>();
  #mode: SharingMode;
  #wishedDelaySeconds: number | null;
  #geometry: Geometry;
  #hls: Hls | null = null;
  #engine: Engine | null = null;
  #engineStartedAt: number | null = null;
  #isDestroyed = false;

  constructor(options: HlsSharingOptions) {
    this.#options = options;
    this.#mode = options.mode;
    this.#wishedDelaySeconds = options.delaySeconds;
    const guess = { segmentSeconds: 2, windowSeconds: 30 };
    this.#geometry = liveGeometry(guess, this.#meter.line(""), options.delaySeconds ?? FIRST_DELAY_SECONDS);
    for (const kind of KINDS) this.#flows.set(kind, this.#newFlow(kind));
  }

  /** What hls.js must be constructed with. */
  get config(): Partial<HlsConfig> {
    return {
      fLoader: fragmentLoaderOver(this.#supply()),
      pLoader: playlistLoaderOver((text, bytes) => this.#readPlaylist(text, bytes)),
      abrController: this.#abrController(),
      liveSyncDuration: this.#geometry.delaySeconds,
      liveMaxLatencyDuration: this.#geometry.maxDelaySeconds,
      maxLiveSyncPlaybackRate: 1.05,
      maxBufferLength: this.#geometry.forwardBufferSeconds,
      maxMaxBufferLength: this.#geometry.forwardBufferSeconds,
      backBufferLength: 30,
      testBandwidth: false,
    };
  }

  get geometry(): Geometry {
    return this.#geometry;
  }

  get mode(): SharingMode {
    return this.#mode;
  }

  /** Binds to the hls.js instance that `config` went into, before it loads anything. */
  bind(hls: Hls): void {
    this.#hls = hls;
    hls.on(Hls.Events.LEVEL_UPDATED, this.#onLevelUpdated);
    hls.on(Hls.Events.AUDIO_TRACK_UPDATED, this.#onAudioTrackUpdated);
    hls.on(Hls.Events.FRAG_BUFFERED, this.#startEngineOnce);
    hls.on(Hls.Events.MEDIA_ATTACHED, this.#followMedia);
    hls.on(Hls.Events.DESTROYING, this.#destroy);
  }

  /** Whether Shoal brings this to the player, and counts it; the rest takes hls.js's own way. */
  brings(frag: Fragment): boolean {
    const rendition = this.#renditionOf(frag.type, frag.level);
    return this.#mode !== "off" && typeof frag.sn === "number" && this.#playlists.has(rendition);
  }

  setMode(mode: SharingMode): void {
    const before = this.#mode;
    this.#mode = mode;
    if (mode === "off") this.#stopEngine();
    else if (before === "off" && this.#hls?.media) this.#startEngineOnce();
    this.#engine?.setUploads(mode === "on");
  }

  setTargetDelay(seconds: number): void {
    this.#wishedDelaySeconds = seconds;
    const details = this.#hls?.latestLevelDetails;
    if (details) this.#reshape(details.targetduration, details.totalduration);
    if (this.#hls) this.#hls.targetLatency = this.#geometry.delaySeconds;
  }

  #newFlow(kind: StreamKind): Flow {
    return new Flow({
      kind,
      viewer: this.#viewer,
      store: this.#store,
      meter: this.#meter,
      figures: this.#options.figures,
      geometry: () => this.#geometry,
      position: () => this.#position(),
      isSettled: () => this.#isSettled(),
      shares: () => this.#mode === "on",
      onCdn: (outcome) => this.#options.onCdn(outcome),
      onSegment: (rendition, sequence, source) => this.#options.onSegment?.(rendition, sequence, source),
    });
  }

  #supply(): SegmentSupply {
    return {
      brings: ({ frag }) => this.brings(frag),
      request: ({ frag, url }, answer) => {
        const flow = this.#flow(frag.type === "audio" ? "secondary" : "main");
        const rendition = this.#renditionOf(frag.type, frag.level);
        const sequence = Number(frag.sn);
        if (flow.rendition !== rendition) flow.update(rendition, this.#playlists.get(rendition) ?? []);
        if (!flow.has(rendition, sequence)) {
          queueMicrotask(() => answer.fail(410, "The segment left the playlist"));
          return () => {};
        }
        this.#engine?.playerAt(url);
        return flow.demand(sequence, {
          deliver: (delivery) => answer.deliver(delivery),
          fail: (error) => answer.fail(error.status, error.message),
        });
      },
    };
  }

  #readPlaylist(text: string, bytes: number): void {
    this.#options.figures.received("cdn", bytes);
    const shape = playlistShape(text);
    if (shape) this.#reshape(shape.segmentSeconds, shape.windowSeconds);
  }

  #reshape(segmentSeconds: number, windowSeconds: number): void {
    const line = this.#meter.line(this.#flow("main").rendition);
    this.#geometry = liveGeometry({ segmentSeconds, windowSeconds }, line, this.#wishedDelaySeconds);
    this.#engine?.setPeerWindow(this.#geometry.peerWindowSeconds);
    if (!this.#hls) return;
    const { config } = this.#hls;
    config.liveSyncDuration = this.#geometry.delaySeconds;
    config.liveMaxLatencyDuration = this.#geometry.maxDelaySeconds;
    config.maxBufferLength = this.#geometry.forwardBufferSeconds;
    config.maxMaxBufferLength = this.#geometry.forwardBufferSeconds;
  }

  readonly #onLevelUpdated = (_event: string, { details, level }: LevelUpdatedData): void => {
    this.#update("main", this.#renditionOf("main", level), details);
  };

  readonly #onAudioTrackUpdated = (_event: string, { details, id }: AudioTrackUpdatedData): void => {
    this.#update("secondary", this.#renditionOf("audio", id), details);
  };

  #update(kind: StreamKind, rendition: string, details: LevelDetails): void {
    const segments = details.fragments
      .filter(({ byteRange, gap }) => byteRange.length === 0 && !gap)
      .map(({ url, sn, start, end }) => ({
        url,
        sequence: Number(sn),
        startSeconds: start,
        endSeconds: end,
      }));
    if (!details.live || rendition === "") return;
    this.#playlists.set(rendition, segments);
    this.#engine?.updateSegments(rendition, segments);
    const flow = this.#flow(kind);
    if (flow.rendition === rendition || flow.rendition === "") flow.update(rendition, segments);
  }

  readonly #startEngineOnce = (): void => {
    const { trackers } = this.#options;
    if (this.#mode === "off" || this.#engineStartedAt !== null || trackers.length === 0) return;
    if (typeof RTCPeerConnection === "undefined") {
      this.#engineStartedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    this.#engineStartedAt = performance.now() / 1000;
    this.#startEngine().catch((error: unknown) => {
      this.#stopEngine();
      this.#engineStartedAt = Number.NEGATIVE_INFINITY;
      this.#options.onSharingFailed?.(error);
    });
  };

  /** The engine is loaded when the first segment has been shown: nothing of it delays the first frame. */
  async #startEngine(): Promise<void> {
    const { Engine } = await import("./engine.ts");
    if (this.#isDestroyed || this.#engineStartedAt === null) return;
    const { channel, trackers, stunServers, figures } = this.#options;
    const engine = new Engine({
      channel,
      trackers,
      stunServers,
      viewer: this.#viewer,
      shares: this.#mode === "on",
      peerWindowSeconds: this.#geometry.peerWindowSeconds,
      store: this.#store,
      on: {
        peerConnected: (peerId, kind) => {
          figures.peerConnected(viewerOf(peerId), kind);
          this.#flow(kind).peerConnected(peerId);
        },
        peerClosed: (peerId, kind) => {
          figures.peerClosed(viewerOf(peerId), kind);
          this.#flow(kind).peerClosed(peerId);
        },
        receivedFromPeer: (bytes, peerId) => {
          figures.received("peers", bytes);
          for (const flow of this.#flows.values()) flow.receivedFromPeer(bytes, peerId);
        },
        sentToPeer: (bytes) => figures.sentToPeers(bytes),
        takingFromPeer: (url, peerId) => {
          for (const flow of this.#flows.values()) flow.takingFromPeer(url, peerId);
        },
        lostFromPeer: (url) => {
          for (const flow of this.#flows.values()) flow.lostFromPeer(url);
        },
        trackerFailed: () => {},
      },
    });
    this.#engine = engine;
    for (const [index, level] of (this.#hls?.levels ?? []).entries()) {
      engine.addRendition("main", this.#renditionOf("main", index), traitsOf(level));
    }
    for (const track of this.#hls?.allAudioTracks ?? []) {
      engine.addRendition("secondary", track.url, {
        codecs: track.audioCodec ?? null,
        language: track.lang ?? null,
        channels: track.channels ?? null,
        name: track.name,
      });
    }
    for (const [rendition, segments] of this.#playlists) engine.updateSegments(rendition, segments);
    for (const flow of this.#flows.values()) {
      const held = this.#store.sequences(flow.rendition).at(-1);
      const latest = this.#playlists.get(flow.rendition)?.find(({ sequence }) => sequence === held);
      if (latest) engine.playerAt(latest.url);
    }
    this.#followMedia();
  }

  #stopEngine(): void {
    this.#engine?.destroy();
    this.#engine = null;
    this.#engineStartedAt = null;
  }

  readonly #followMedia = (): void => {
    const media = this.#hls?.media;
    if (!media) return;
    for (const event of ["timeupdate", "seeking", "ratechange"]) media.addEventListener(event, this.#follow);
  };

  readonly #follow = (): void => {
    const media = this.#hls?.media;
    if (media) this.#engine?.moveTo(media.currentTime, media.playbackRate);
  };

  readonly #destroy = (): void => {
    this.#isDestroyed = true;
    this.#stopEngine();
    for (const flow of this.#flows.values()) flow.destroy();
    const media = this.#hls?.media;
    for (const event of ["timeupdate", "seeking", "ratechange"]) {
      media?.removeEventListener(event, this.#follow);
    }
    this.#hls = null;
  };

  #flow(kind: StreamKind): Flow {
    const flow = this.#flows.get(kind);
    if (!flow) throw new Error(`There is no flow for ${kind}`);
    return flow;
  }

  #flowPlaying(rendition: string): Flow | undefined {
    return [...this.#flows.values()].find((flow) => flow.rendition === rendition);
  }

  #renditionOf(type: string, index: number): string {
    const hls = this.#hls;
    if (type === "main") return hls?.levels[index]?.uri ?? "";
    return type === "audio" ? (hls?.audioTracks[index]?.url ?? "") : "";
  }

  /** Where the picture is; null when nothing is buffered there, so that what's asked for is needed now. */
  #position(): number | null {
    const media = this.#hls?.media;
    if (!media) return null;
    const { buffered, currentTime } = media;
    for (let range = 0; range < buffered.length; range += 1) {
      if (buffered.start(range) <= currentTime + 0.1 && buffered.end(range) > currentTime + 0.1) {
        return currentTime;
      }
    }
    return null;
  }

  #isSettled(): boolean {
    if (this.#mode === "off" || this.#options.trackers.length === 0) return true;
    const since = this.#engineStartedAt;
    return since !== null && performance.now() / 1000 - since > SETTLING_SECONDS;
  }

  #abrController(): HlsConfig["abrController"] {
    const sharing = this;
    let lastSwitchAt = Number.NEGATIVE_INFINITY;
    let playing = -1;
    return class extends Hls.DefaultConfig.abrController {
      override get nextAutoLevel(): number {
        const suggested = super.nextAutoLevel;
        const { hls } = this;
        if (!hls || sharing.mode === "off" || hls.loadLevel < 0) return suggested;
        const at = performance.now() / 1000;
        if (playing !== hls.loadLevel) {
          playing = hls.loadLevel;
          lastSwitchAt = at;
        }
        return sharing.nextLevel(suggested, at - lastSwitchAt);
      }

      override set nextAutoLevel(level: number) {
        super.nextAutoLevel = level;
      }
    };
  }

  /** The level to play next, in hls.js's numbering (lowest bit rate first). */
  nextLevel(suggested: number, secondsSinceSwitch: number): number {
    const hls = this.#hls;
    if (!hls) return suggested;
    return nextRendition({
      ladder: hls.levels.map(({ bitrate }) => bitrate),
      current: hls.loadLevel,
      suggested,
      neighbours: this.#flow("main").neighbourCount,
      secondsSinceSwitch,
      lineBitsPerSecond: this.#meter.bitsPerSecond,
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
