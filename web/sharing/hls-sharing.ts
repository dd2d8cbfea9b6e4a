/**
 * Sharing for any player that plays with hls.js: `config` goes into hls.js's constructor, `bind` takes the
 * instance that came out of it. The class itself is the caller's, so that a page keeps its own build of hls.js.
 */

import type Hls from "hls.js";
import type { AudioTrackUpdatedData, Fragment, HlsConfig, LevelDetails, LevelUpdatedData } from "hls.js";
import { withQueryOf } from "./address-query.ts";
import type { RenditionTraits } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { fragmentLoaderOver, playlistLoaderOver, type SegmentSupply } from "./hls-loaders.ts";
import type { StreamKind } from "./peer-id.ts";
import { nextRendition } from "./renditions.ts";
import type { SharingMode } from "./session.ts";
import { type SharingOptions, StreamSharing } from "./stream-sharing.ts";

export class HlsSharing {
  readonly #Hls: typeof Hls;
  readonly #sharing: StreamSharing;
  #hls: Hls | null = null;

  constructor(hlsClass: typeof Hls, options: SharingOptions) {
    this.#Hls = hlsClass;
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
      ...positions(this.#sharing.geometry),
      fLoader: fragmentLoaderOver(this.#supply()),
      pLoader: playlistLoaderOver((text, bytes) => this.#sharing.readPlaylist(text, bytes)),
      abrController: this.#abrController(),
      maxLiveSyncPlaybackRate: 1.05,
      backBufferLength: 30,
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
    hls.on(Events.FRAG_BUFFERED, this.#sharing.start);
    hls.on(Events.MEDIA_ATTACHED, this.#sharing.followMedia);
    hls.on(Events.DESTROYING, () => {
      this.#sharing.destroy();
      this.#hls = null;
    });
  }

  /** Whether Shoal brings this to the player, and counts it; the rest takes hls.js's own way. */
  brings(frag: Fragment): boolean {
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
      brings: ({ frag }) => this.brings(frag),
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

  #play(geometry: Geometry): void {
    if (this.#hls) Object.assign(this.#hls.config, positions(geometry));
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
  };

  readonly #onAudioTrackUpdated = (_event: string, { details, id }: AudioTrackUpdatedData): void => {
    this.#update("secondary", this.#renditionOf("audio", id), details);
  };

  #update(kind: StreamKind, rendition: string, details: LevelDetails): void {
    if (!details.live || rendition === "") return;
    const segments = details.fragments
      .filter(({ byteRange, gap }) => byteRange.length === 0 && !gap)
      .map(({ url, sn, start, end }) => ({
        url,
        sequence: Number(sn),
        startSeconds: start,
        endSeconds: end,
      }));
    this.#sharing.update(kind, rendition, segments);
  }

  #renditionOf(type: string, index: number): string {
    const hls = this.#hls;
    if (type === "main") return hls?.levels[index]?.uri ?? "";
    return type === "audio" ? (hls?.audioTracks[index]?.url ?? "") : "";
  }

  #abrController(): HlsConfig["abrController"] {
    const sharing = this;
    let lastSwitchAt = Number.NEGATIVE_INFINITY;
    let playing = -1;
    return class extends this.#Hls.DefaultConfig.abrController {
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
      neighbours: this.#sharing.neighbourCount,
      secondsSinceSwitch,
      lineBitsPerSecond: this.#sharing.lineBitsPerSecond,
      bufferSeconds: hls.mainForwardBufferInfo?.len ?? 0,
      segmentSeconds: hls.latestLevelDetails?.targetduration ?? 2,
    });
  }
}

function positions({ delaySeconds, maxDelaySeconds, forwardBufferSeconds }: Geometry): Partial<HlsConfig> {
  return {
    liveSyncDuration: delaySeconds,
    liveMaxLatencyDuration: maxDelaySeconds,
    maxBufferLength: forwardBufferSeconds,
    maxMaxBufferLength: forwardBufferSeconds,
  };
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
