/**
 * One viewer's sharing of one stream, whatever plays it. A player's adapter says what its playlists hold and
 * asks for segments; they come from a peer or from the CDN. hls-sharing.ts is the adapter for hls.js.
 */

import type { CdnError } from "./cdn-fetch.ts";
import type { Engine, RenditionTraits } from "./engine.ts";
import type { FiguresLog } from "./figures.ts";
import { Flow } from "./flow.ts";
import { type Geometry, liveGeometry, type PlaylistShape } from "./geometry.ts";
import type { Delivery, FlowSegment } from "./journey.ts";
import { LineMeter } from "./line-meter.ts";
import { type StreamKind, viewerNameFrom, viewerOf } from "./peer-id.ts";
import { onceShown, secondsBuffered } from "./playback-watch.ts";
import { playlistShape } from "./playlist-shape.ts";
import { SegmentStore, type Source } from "./segment-store.ts";
import type { SharingMode } from "./session.ts";
import { mayServeOneMore } from "./uploads.ts";

export interface SharingOptions {
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

/** What sharing must be able to ask of the player that it serves. */
export interface SharedPlayer {
  /** Null while the player has none. */
  media(): HTMLMediaElement | null;
  /** All that can be played, so that renditions of equal traits find each other. */
  renditions(): Iterable<{ kind: StreamKind; rendition: string; traits: RenditionTraits }>;
  /** The playlist, the line or the viewer's wish changed how the stream is best played. */
  play(geometry: Geometry): void;
  /** What is really asked of the CDN for a segment's address. */
  requestAddress(address: string): string;
}

export interface SegmentRequest {
  kind: StreamKind;
  rendition: string;
  sequence: number;
  url: string;
}

export interface SegmentAnswer {
  deliver(delivery: Delivery): void;
  fail(code: number, text: string): void;
}

const KINDS: readonly StreamKind[] = ["main", "secondary"];

/** Before a playlist has been read: three segments of two seconds. */
const FIRST_DELAY_SECONDS = 6;

/** How long after the engine's start connections to peers may take to come up. */
const SETTLING_SECONDS = 5;

export class StreamSharing {
  readonly #options: SharingOptions;
  readonly #player: SharedPlayer;
  readonly #viewer = viewerNameFrom(crypto.getRandomValues(new Uint8Array(12)));
  readonly #meter = new LineMeter();
  readonly #store = new SegmentStore((rendition, sequence, data, source) =>
    this.#flowPlaying(rendition)?.stored(sequence, data, source),
  );
  readonly #flows = new Map<StreamKind, Flow>();
  readonly #playlists = new Map<string, FlowSegment[]>();
  #mode: SharingMode;
  #wishedDelaySeconds: number | null;
  #shape: PlaylistShape | null = null;
  #geometry: Geometry;
  #engine: Engine | null = null;
  #engineStartedAt: number | null = null;
  #followed: HTMLMediaElement | null = null;
  #isDestroyed = false;

  constructor(options: SharingOptions, player: SharedPlayer) {
    this.#options = options;
    this.#player = player;
    this.#mode = options.mode;
    this.#wishedDelaySeconds = options.delaySeconds;
    const guess = { segmentSeconds: 2, windowSeconds: 30 };
    this.#geometry = liveGeometry(guess, this.#meter.line(""), options.delaySeconds ?? FIRST_DELAY_SECONDS);
    for (const kind of KINDS) this.#flows.set(kind, this.#newFlow(kind));
  }

  get geometry(): Geometry {
    return this.#geometry;
  }

  get mode(): SharingMode {
    return this.#mode;
  }

  /** Viewers of the rendition that is played, connected with this one. */
  get neighbourCount(): number {
    return this.#flow("main").neighbourCount;
  }

  /** What the CDN delivers to this viewer; null until a first segment has come from it. */
  get lineBitsPerSecond(): number | null {
    return this.#meter.bitsPerSecond;
  }

  /** A viewer's peer ids say whether it shares, so another mode is another start of the engine; playing goes on. */
  setMode(mode: SharingMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#stopEngine();
    if (mode !== "off" && this.#player.media()) this.start();
  }

  setTargetDelay(seconds: number): void {
    this.#wishedDelaySeconds = seconds;
    this.#reshape();
  }

  /** A playlist came in as text; it is counted, and tells the stream's shape. */
  readPlaylist(text: string, bytes: number): void {
    this.#options.figures.received("cdn", bytes);
    this.shapeIs(playlistShape(text));
  }

  /** The live playlist's shape, for players whose manifests aren't HLS; null says nothing new. */
  shapeIs(shape: PlaylistShape | null): void {
    if (!shape) return;
    this.#shape = shape;
    this.#reshape();
  }

  /** What a rendition's live playlist holds now. */
  update(kind: StreamKind, rendition: string, segments: FlowSegment[]): void {
    this.#playlists.set(rendition, segments);
    this.#engine?.updateSegments(rendition, segments);
    const flow = this.#flow(kind);
    if (flow.rendition === rendition || flow.rendition === "") flow.update(rendition, segments);
  }

  /** Whether a rendition's segments are brought from here; if not, they take the player's own way. */
  brings(rendition: string): boolean {
    return this.#mode !== "off" && this.#playlists.has(rendition);
  }

  /** The player wants a segment; returns the way to say that it no longer does. */
  request({ kind, rendition, sequence, url }: SegmentRequest, answer: SegmentAnswer): () => void {
    const flow = this.#flow(kind);
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
  }

  /** A first segment is there: from now on the viewer looks for others. Later calls do nothing. */
  readonly start = (): void => {
    const { trackers } = this.#options;
    if (this.#mode === "off" || this.#engineStartedAt !== null || trackers.length === 0) return;
    if (typeof RTCPeerConnection === "undefined") {
      this.#engineStartedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    const startedAt = performance.now() / 1000;
    this.#engineStartedAt = startedAt;
    onceShown(this.#player.media(), () => {
      this.#startEngine(startedAt).catch((error: unknown) => {
        this.#stopEngine();
        this.#engineStartedAt = Number.NEGATIVE_INFINITY;
        this.#options.onSharingFailed?.(error);
      });
    });
  };

  /** Follows the picture of the player's media element, which may be a new one. */
  readonly followMedia = (): void => {
    this.#unfollow();
    const media = this.#player.media();
    for (const event of ["timeupdate", "seeking", "ratechange"]) {
      media?.addEventListener(event, this.#follow);
    }
    this.#followed = media;
  };

  readonly destroy = (): void => {
    this.#isDestroyed = true;
    this.#stopEngine();
    for (const flow of this.#flows.values()) flow.destroy();
    this.#unfollow();
  };

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
      canServe: () => this.#mode === "on" && this.#uplinkBearsStream(kind),
      fetchesAhead: () => this.#mode !== "off",
      requestAddress: (address) => this.#player.requestAddress(address),
      onCdn: (outcome) => this.#options.onCdn(outcome),
      onSegment: (rendition, sequence, source) => this.#options.onSegment?.(rendition, sequence, source),
    });
  }

  #reshape(): void {
    if (!this.#shape) return;
    const line = this.#meter.line(this.#flow("main").rendition);
    this.#geometry = liveGeometry(this.#shape, line, this.#wishedDelaySeconds);
    this.#engine?.setPeerWindow(this.#geometry.peerWindowSeconds);
    this.#player.play(this.#geometry);
  }

  /** The engine is loaded when the first frame is on the screen: nothing of it delays the picture. */
  async #startEngine(startedAt: number): Promise<void> {
    const { Engine } = await import("./engine.ts");
    // Stopped in the meantime, and perhaps started anew.
    if (this.#isDestroyed || this.#engineStartedAt !== startedAt) return;
    const { channel, trackers, stunServers, figures } = this.#options;
    const engine = new Engine({
      channel,
      trackers,
      stunServers,
      viewer: this.#viewer,
      shares: this.#mode === "on",
      peerWindowSeconds: this.#geometry.peerWindowSeconds,
      store: this.#store,
      mayServe: (load) =>
        mayServeOneMore({
          ...load,
          bufferSeconds: this.#followed ? secondsBuffered(this.#followed) : 0,
          segmentSeconds: this.#shape?.segmentSeconds ?? 0,
        }),
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
    for (const { kind, rendition, traits } of this.#player.renditions()) {
      engine.addRendition(kind, rendition, traits);
    }
    for (const [rendition, segments] of this.#playlists) engine.updateSegments(rendition, segments);
    for (const flow of this.#flows.values()) {
      const held = this.#store.sequences(flow.rendition).at(-1);
      const latest = this.#playlists.get(flow.rendition)?.find(({ sequence }) => sequence === held);
      if (latest) engine.playerAt(latest.url);
    }
    this.followMedia();
  }

  #stopEngine(): void {
    this.#engine?.destroy();
    this.#engine = null;
    this.#engineStartedAt = null;
  }

  readonly #follow = (): void => {
    const media = this.#followed;
    if (media) this.#engine?.moveTo(media.currentTime, media.playbackRate);
  };

  #unfollow(): void {
    for (const event of ["timeupdate", "seeking", "ratechange"]) {
      this.#followed?.removeEventListener(event, this.#follow);
    }
    this.#followed = null;
  }

  #flow(kind: StreamKind): Flow {
    const flow = this.#flows.get(kind);
    if (!flow) throw new Error(`There is no flow for ${kind}`);
    return flow;
  }

  #flowPlaying(rendition: string): Flow | undefined {
    return [...this.#flows.values()].find((flow) => flow.rendition === rendition);
  }

  /** Where the picture is; null when nothing is buffered there, so that what's asked for is needed now. */
  #position(): number | null {
    const media = this.#player.media();
    if (!media) return null;
    const { buffered, currentTime } = media;
    for (let range = 0; range < buffered.length; range += 1) {
      if (buffered.start(range) <= currentTime + 0.1 && buffered.end(range) > currentTime + 0.1) {
        return currentTime;
      }
    }
    return null;
  }

  /** A viewer that sends a segment more slowly than it plays would make the others wait. */
  #uplinkBearsStream(kind: StreamKind): boolean {
    const uplink = this.#engine?.uplinkBitsPerSecond ?? Number.POSITIVE_INFINITY;
    const { segmentBytes } = this.#meter.line(this.#flow(kind).rendition);
    return (segmentBytes * 8) / uplink < (this.#shape?.segmentSeconds ?? 0);
  }

  #isSettled(): boolean {
    if (this.#mode === "off" || this.#options.trackers.length === 0) return true;
    const since = this.#engineStartedAt;
    return since !== null && performance.now() / 1000 - since > SETTLING_SECONDS;
  }
}
