/**
 * One viewer's sharing of one stream, whatever plays it. A player's adapter says what its playlists hold and
 * asks for segments; they come from a peer or from the CDN. hls-sharing.ts is the adapter for hls.js.
 */

import type { CdnError } from "./cdn-fetch.ts";
import type { RenditionTraits } from "./engine.ts";
import type { FiguresLog } from "./figures.ts";
import { Flow } from "./flow.ts";
import { type Geometry, liveGeometry, type PlaylistShape } from "./geometry.ts";
import type { Delivery, FlowSegment } from "./journey.ts";
import { LineMeter } from "./line-meter.ts";
import { Membership } from "./membership.ts";
import { type StreamKind, viewerNameFrom } from "./peer-id.ts";
import { positionShown } from "./playback-watch.ts";
import { playlistShape, shapeOfSegments } from "./playlist-shape.ts";
import { SegmentStore, type Source } from "./segment-store.ts";
import type { SharingMode } from "./session.ts";

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

/** Before a playlist has been read: three segments of two seconds. */
const FIRST_DELAY_SECONDS = 6;

const now = () => performance.now() / 1000;

export class StreamSharing {
  readonly #options: SharingOptions;
  readonly #player: SharedPlayer;
  readonly #viewer = viewerNameFrom(crypto.getRandomValues(new Uint8Array(12)));
  readonly #meter = new LineMeter();
  readonly #store = new SegmentStore((rendition, sequence, data, source) =>
    this.#flowPlaying(rendition)?.stored(sequence, data, source),
  );
  readonly #flows: Readonly<Record<StreamKind, Flow>>;
  readonly #playlists = new Map<string, FlowSegment[]>();
  readonly #membership: Membership;
  #mode: SharingMode;
  #wishedDelaySeconds: number | null;
  #shape: PlaylistShape | null = null;
  /** HLS playlists tell it in their text; a DASH manifest doesn't. */
  #isShapeRead = false;
  #geometry: Geometry;
  #cdnWorkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: SharingOptions, player: SharedPlayer) {
    this.#options = options;
    this.#player = player;
    this.#mode = options.mode;
    this.#wishedDelaySeconds = options.delaySeconds;
    const guess = { segmentSeconds: 2, windowSeconds: 30 };
    this.#geometry = liveGeometry(guess, this.#meter.line(""), options.delaySeconds ?? FIRST_DELAY_SECONDS);
    this.#flows = { main: this.#newFlow("main"), secondary: this.#newFlow("secondary") };
    this.#membership = new Membership({
      channel: options.channel,
      trackers: options.trackers,
      stunServers: options.stunServers,
      viewer: this.#viewer,
      store: this.#store,
      figures: options.figures,
      flows: this.#flows,
      playlists: this.#playlists,
      media: () => player.media(),
      renditions: () => player.renditions(),
      segmentSeconds: () => this.#shape?.segmentSeconds ?? 0,
      peerWindowSeconds: () => this.#geometry.peerWindowSeconds,
      onFailed: (error) => options.onSharingFailed?.(error),
    });
  }

  get geometry(): Geometry {
    return this.#geometry;
  }

  get mode(): SharingMode {
    return this.#mode;
  }

  /** Viewers of the rendition that is played, connected with this one. */
  get neighbourCount(): number {
    return this.#flows.main.neighbourCount;
  }

  /** What the CDN delivers to this viewer; null until a first segment has come from it. */
  get lineBitsPerSecond(): number | null {
    return this.#meter.bitsPerSecond;
  }

  /** A viewer's peer ids say whether it shares, so for another mode it leaves and joins anew; playing goes on. */
  setMode(mode: SharingMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#membership.leave();
    if (this.#player.media()) this.start();
  }

  setTargetDelay(seconds: number): void {
    this.#wishedDelaySeconds = seconds;
    this.#reshape();
  }

  /** A playlist came in as text; it is counted, and tells the stream's shape before the player acts on it. */
  readPlaylist(text: string, bytes: number): void {
    this.#options.figures.received("cdn", bytes);
    this.#cdnWorkedAt = now();
    const shape = playlistShape(text);
    this.#isShapeRead ||= shape !== null;
    this.#shapeIs(shape);
  }

  /** What a rendition's live playlist holds now. */
  update(kind: StreamKind, rendition: string, segments: FlowSegment[]): void {
    this.#playlists.set(rendition, segments);
    this.#membership.updateSegments(rendition, segments);
    if (kind === "main" && !this.#isShapeRead) this.#shapeIs(shapeOfSegments(segments));
    const flow = this.#flows[kind];
    if (flow.rendition === rendition || flow.rendition === "") flow.update(rendition, segments);
  }

  /** Whether a rendition's segments are brought from here; if not, they take the player's own way. */
  brings(rendition: string): boolean {
    return this.#mode !== "off" && this.#playlists.has(rendition);
  }

  /** The player wants a segment; returns the way to say that it no longer does. */
  request({ kind, rendition, sequence, url }: SegmentRequest, answer: SegmentAnswer): () => void {
    const flow = this.#flows[kind];
    if (flow.rendition !== rendition) flow.update(rendition, this.#playlists.get(rendition) ?? []);
    if (!flow.has(rendition, sequence)) {
      queueMicrotask(() => answer.fail(410, "The segment left the playlist"));
      return () => {};
    }
    this.#membership.playerAt(url);
    return flow.demand(sequence, {
      deliver: (delivery) => answer.deliver(delivery),
      fail: (error) => answer.fail(error.status, error.message),
    });
  }

  /** A first segment is there: from now on the viewer looks for others. Later calls do nothing. */
  readonly start = (): void => {
    if (this.#mode !== "off") this.#membership.join(this.#mode === "on");
  };

  /** Follows the picture of the player's media element, which may be a new one. */
  readonly followMedia = (): void => this.#membership.follow(this.#player.media());

  readonly destroy = (): void => {
    for (const flow of Object.values(this.#flows)) flow.destroy();
    this.#membership.leave();
    this.#membership.follow(null);
  };

  #newFlow(kind: StreamKind): Flow {
    return new Flow({
      kind,
      viewer: this.#viewer,
      store: this.#store,
      meter: this.#meter,
      figures: this.#options.figures,
      geometry: () => this.#geometry,
      position: () => positionShown(this.#player.media()),
      isSettled: () => this.#mode === "off" || this.#membership.isSettled,
      canServe: () => this.#mode === "on" && this.#uplinkBearsStream(kind),
      fetchesAhead: () => this.#mode !== "off",
      requestAddress: (address) => this.#player.requestAddress(address),
      cdnWorkedAt: () => this.#cdnWorkedAt,
      onCdn: (outcome) => {
        if (outcome === "works") this.#cdnWorkedAt = now();
        this.#options.onCdn(outcome);
      },
      onSegment: (rendition, sequence, source) => this.#options.onSegment?.(rendition, sequence, source),
    });
  }

  #shapeIs(shape: PlaylistShape | null): void {
    if (!shape) return;
    this.#shape = shape;
    this.#reshape();
  }

  #reshape(): void {
    if (!this.#shape) return;
    const line = this.#meter.line(this.#flows.main.rendition);
    this.#geometry = liveGeometry(this.#shape, line, this.#wishedDelaySeconds);
    this.#membership.setPeerWindow(this.#geometry.peerWindowSeconds);
    this.#player.play(this.#geometry);
  }

  #flowPlaying(rendition: string): Flow | undefined {
    return Object.values(this.#flows).find((flow) => flow.rendition === rendition);
  }

  /** A viewer that sends a segment more slowly than it plays would make the others wait. */
  #uplinkBearsStream(kind: StreamKind): boolean {
    const uplink = this.#membership.uplinkBitsPerSecond ?? Number.POSITIVE_INFINITY;
    const { segmentBytes } = this.#meter.line(this.#flows[kind].rendition);
    return (segmentBytes * 8) / uplink < (this.#shape?.segmentSeconds ?? 0);
  }
}
