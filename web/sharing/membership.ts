/**
 * A viewer's membership in its channel's swarms, from joining to leaving. The engine is loaded, told of playlists
 * and picture, and what it tells goes to the flows. Without membership every segment comes from the CDN.
 */

import type { Engine, EngineEvents, RenditionTraits } from "./engine.ts";
import type { FiguresLog } from "./figures.ts";
import type { Flow } from "./flow.ts";
import type { FlowSegment } from "./journey.ts";
import { type StreamKind, viewerOf } from "./peer-id.ts";
import { onceShown, secondsBuffered } from "./playback-watch.ts";
import type { SegmentStore } from "./segment-store.ts";
import { mayServeOneMore } from "./uploads.ts";

export interface MembershipSurroundings {
  channel: string;
  trackers: readonly string[];
  stunServers: readonly string[];
  /** This viewer's name in its peer ids. */
  viewer: string;
  store: SegmentStore;
  figures: FiguresLog;
  flows: Readonly<Record<StreamKind, Flow>>;
  /** What the playlists hold now, by rendition. */
  playlists: ReadonlyMap<string, readonly FlowSegment[]>;
  media(): HTMLMediaElement | null;
  renditions(): Iterable<{ kind: StreamKind; rendition: string; traits: RenditionTraits }>;
  segmentSeconds(): number;
  peerWindowSeconds(): number;
  /** Sharing broke down for good; playing goes on from the CDN. */
  onFailed(error: unknown): void;
}

/** How long after joining connections to peers may take to come up. */
const SETTLING_SECONDS = 5;

const FOLLOWED_EVENTS = ["timeupdate", "seeking", "ratechange"];

const now = () => performance.now() / 1000;

export class Membership {
  readonly #around: MembershipSurroundings;
  #engine: Engine | null = null;
  /** Null before joining; long ago where there's nothing to wait for, since there can't be peers. */
  #joinedAt: number | null = null;
  #leaving = new AbortController();
  #followed: HTMLMediaElement | null = null;

  constructor(around: MembershipSurroundings) {
    this.#around = around;
  }

  /** Whether who is not connected by now won't be soon. */
  get isSettled(): boolean {
    if (this.#around.trackers.length === 0) return true;
    return this.#joinedAt !== null && now() - this.#joinedAt > SETTLING_SECONDS;
  }

  /** Null until an upload was large enough to tell. */
  get uplinkBitsPerSecond(): number | null {
    return this.#engine?.uplinkBitsPerSecond ?? null;
  }

  /** Looks for other viewers, once the first frame is on the screen. A member's later calls do nothing. */
  join(shares: boolean): void {
    if (this.#joinedAt !== null || this.#around.trackers.length === 0) return;
    if (typeof RTCPeerConnection === "undefined") {
      this.#joinedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    this.#joinedAt = now();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    onceShown(this.#around.media(), signal, () => {
      this.#startEngine(shares, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        this.leave();
        this.#joinedAt = Number.NEGATIVE_INFINITY;
        this.#around.onFailed(error);
      });
    });
  }

  leave(): void {
    this.#leaving.abort();
    // Before connections close: who has joined and seems to be alone would fetch what is missing.
    this.#joinedAt = null;
    this.#engine?.destroy();
    this.#engine = null;
    for (const flow of Object.values(this.#around.flows)) flow.swarmLeft();
  }

  /** Which segments a rendition's playlist holds now. */
  updateSegments(rendition: string, segments: readonly FlowSegment[]): void {
    this.#engine?.updateSegments(rendition, segments);
  }

  /** The player has come to this segment. */
  playerAt(segmentUrl: string): void {
    this.#engine?.playerAt(segmentUrl);
  }

  setPeerWindow(seconds: number): void {
    this.#engine?.setPeerWindow(seconds);
  }

  /** Follows the picture of a media element in place of the one before; null follows none. */
  follow(media: HTMLMediaElement | null): void {
    for (const event of FOLLOWED_EVENTS) {
      this.#followed?.removeEventListener(event, this.#move);
      media?.addEventListener(event, this.#move);
    }
    this.#followed = media;
  }

  readonly #move = (): void => {
    const media = this.#followed;
    if (media) this.#engine?.moveTo(media.currentTime, media.playbackRate);
  };

  async #startEngine(shares: boolean, leaving: AbortSignal): Promise<void> {
    const { Engine } = await import("./engine.ts");
    if (leaving.aborted) return;
    const { channel, trackers, stunServers, viewer, store, flows, playlists } = this.#around;
    const engine = new Engine({
      channel,
      trackers,
      stunServers,
      viewer,
      shares,
      peerWindowSeconds: this.#around.peerWindowSeconds(),
      store,
      mayServe: (load) =>
        mayServeOneMore({
          ...load,
          bufferSeconds: this.#followed ? secondsBuffered(this.#followed) : 0,
          segmentSeconds: this.#around.segmentSeconds(),
        }),
      on: this.#events(),
    });
    this.#engine = engine;
    for (const { kind, rendition, traits } of this.#around.renditions()) {
      engine.addRendition(kind, rendition, traits);
    }
    for (const [rendition, segments] of playlists) engine.updateSegments(rendition, segments);
    for (const { rendition } of Object.values(flows)) {
      const held = store.sequences(rendition).at(-1);
      const latest = playlists.get(rendition)?.find(({ sequence }) => sequence === held);
      if (latest) engine.playerAt(latest.url);
    }
    this.follow(this.#around.media());
  }

  #events(): EngineEvents {
    const { figures, flows } = this.#around;
    const all = Object.values(flows);
    return {
      peerConnected: (peerId, kind) => {
        figures.peerConnected(viewerOf(peerId), kind);
        flows[kind].peerConnected(peerId);
      },
      peerClosed: (peerId, kind) => {
        figures.peerClosed(viewerOf(peerId), kind);
        flows[kind].peerClosed(peerId);
      },
      receivedFromPeer: (bytes, peerId) => {
        figures.received("peers", bytes);
        for (const flow of all) flow.receivedFromPeer(bytes, peerId);
      },
      sentToPeer: (bytes) => figures.sentToPeers(bytes),
      takingFromPeer: (url, peerId) => {
        for (const flow of all) flow.takingFromPeer(url, peerId);
      },
      lostFromPeer: (url) => {
        for (const flow of all) flow.lostFromPeer(url);
      },
    };
  }
}
