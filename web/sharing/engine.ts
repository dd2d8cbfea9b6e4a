/**
 * The one file that knows p2p-media-loader. Its core carries segments between viewers and does nothing else
 * here: fetching from the CDN, and deciding who does, is Shoal's (docs/sharing.md).
 */

import { Core, generateStreamShortId } from "p2p-media-loader-core";
import { EngineStorage, type MayServe } from "./engine-storage.ts";
import { PagePlayers } from "./page-players.ts";
import { kindOf, peerIdOf, type StreamKind } from "./peer-id.ts";
import type { SegmentStore } from "./segment-store.ts";

export interface EngineOptions {
  channel: string;
  trackers: readonly string[];
  stunServers: readonly string[];
  /** This viewer's name, from which its peer ids are made. */
  viewer: string;
  shares: boolean;
  peerWindowSeconds: number;
  store: SegmentStore;
  /** Asked before a segment is sent to a peer; the load is that of all uploads. */
  mayServe: MayServe;
  on: EngineEvents;
}

export interface EngineEvents {
  peerConnected(peerId: string, kind: StreamKind): void;
  /** Can be called more than once for one connection. */
  peerClosed(peerId: string, kind: StreamKind): void;
  /** The core doesn't know the peer of every connection; the id is empty then. */
  receivedFromPeer(bytes: number, peerId: string): void;
  sentToPeer(bytes: number): void;
  takingFromPeer(segmentUrl: string, peerId: string): void;
  /** A transfer from a peer ended without the whole segment. */
  lostFromPeer(segmentUrl: string): void;
}

/** What tells one rendition from another; viewers share when all of it is equal. */
export interface RenditionTraits {
  bitrate?: number;
  codecs?: string | null;
  width?: number;
  height?: number;
  frameRate?: string | null;
  videoRange?: string | null;
  language?: string | null;
  channels?: string | null;
  name?: string;
}

export interface EngineSegment {
  url: string;
  sequence: number;
  startSeconds: number;
  endSeconds: number;
}

// The core leaves HTTP alone until this has passed, which is the largest delay that timers can hold: 24 days.
const NEVER_MS = 2 ** 31 - 1;

// Slow uplinks send a first byte late when several viewers ask at once; three such delays drop the peer.
const SILENT_PEER_MS = 4_000;

// A rendition that the viewer left is served for this long.
const LEFT_RENDITION_MS = 5_000;

// The core keeps peer ids for the whole page, by swarm: a second player of one stream would go by the first one's
// name. A core that is destroyed empties that memory, and this one is there for nothing else.
const idle = new Core();

const pagePlayers = new PagePlayers();

export class Engine {
  readonly #core: Core;
  readonly #number = pagePlayers.take();
  readonly #store: SegmentStore;
  readonly #storage: EngineStorage;
  /** Addresses of the segments that each rendition's playlist held last. */
  readonly #listed = new Map<string, ReadonlySet<string>>();

  constructor({
    channel,
    trackers,
    stunServers,
    viewer,
    shares,
    store,
    mayServe,
    on,
    peerWindowSeconds,
  }: EngineOptions) {
    this.#store = store;
    this.#storage = new EngineStorage(store, mayServe);
    this.#core = new Core({
      swarmId: channel,
      announceTrackers: trackers.map((tracker) => pagePlayers.address(tracker, this.#number)),
      rtcConfig: { iceServers: stunServers.map((urls) => ({ urls })) },
      mainStream: { trackerClientVersionPrefix: peerIdOf(viewer, "main", shares) },
      secondaryStream: { trackerClientVersionPrefix: peerIdOf(viewer, "secondary", shares) },
      isP2PUploadDisabled: !shares,
      httpDownloadInitialTimeoutMs: NEVER_MS,
      highDemandTimeWindow: 0,
      httpDownloadTimeWindow: peerWindowSeconds,
      p2pDownloadTimeWindow: peerWindowSeconds,
      p2pNotReceivingBytesTimeoutMs: SILENT_PEER_MS,
      p2pInactiveLoaderDestroyTimeoutMs: LEFT_RENDITION_MS,
      customSegmentStorageFactory: () => this.#storage.forCore,
    });
    // Names the swarms only when there's no swarmId, but the core refuses to load without it.
    this.#core.setManifestResponseUrl(channel);
    this.#core.setIsLive(true);
    this.#listen(on);
    store.announceChanges((rendition) => {
      this.#storage.announce(rendition);
      this.reconsider(rendition);
    });
  }

  /** Makes a rendition known, by its playlist's address. */
  addRendition(kind: StreamKind, rendition: string, traits: RenditionTraits): void {
    const index = generateStreamShortId(traits);
    this.#storage.name(kind, index, rendition);
    this.#core.addStreamIfNoneExists({ runtimeId: rendition, type: kind, index });
  }

  /** Tells which segments a rendition's playlist holds now. */
  updateSegments(rendition: string, segments: readonly EngineSegment[]): void {
    const before = this.#listed.get(rendition) ?? new Set<string>();
    const now = new Set(segments.map(({ url }) => url));
    this.#listed.set(rendition, now);
    const added = segments
      .filter(({ url }) => !before.has(url))
      .map(({ url, sequence, startSeconds, endSeconds }) => ({
        runtimeId: url,
        url,
        externalId: sequence,
        startTime: startSeconds,
        endTime: endSeconds,
      }));
    this.#core.updateStream(
      rendition,
      added,
      [...before].filter((url) => !now.has(url)),
    );
  }

  /** The player has come to this segment: the core takes it, and what follows, from peers who hold it. */
  playerAt(segmentUrl: string): void {
    // The store tells when the segment is in; what the core reports of it to a player is of no use here.
    const ignored = { onSuccess: () => {}, onError: () => {} };
    idle.destroy();
    this.#core
      .loadSegment(segmentUrl, ignored)
      .catch(() => {
        // The segment left the playlist in the meantime, or the engine has ended.
      })
      .finally(() => idle.destroy());
  }

  /** Lets the core look again at what it should take, after the store got a segment from elsewhere. */
  reconsider(rendition: string): void {
    this.#core.updateStream(rendition);
  }

  moveTo(positionSeconds: number, rate: number): void {
    this.#core.updatePlayback(positionSeconds, rate);
  }

  /** What the uplink bears, by the uploads so far; null until one was large enough to tell. */
  get uplinkBitsPerSecond(): number | null {
    return this.#storage.uplinkBitsPerSecond;
  }

  setPeerWindow(seconds: number): void {
    this.#core.applyDynamicConfig({ httpDownloadTimeWindow: seconds, p2pDownloadTimeWindow: seconds });
  }

  destroy(): void {
    this.#store.announceChanges(() => {});
    this.#core.destroy();
    pagePlayers.leave(this.#number);
  }

  #listen(on: EngineEvents): void {
    this.#core.addEventListener("onPeerConnect", ({ peerId, streamType }) =>
      on.peerConnected(peerId, streamType),
    );
    this.#core.addEventListener("onPeerClose", ({ peerId, streamType }) => on.peerClosed(peerId, streamType));
    this.#core.addEventListener("onChunkDownloaded", (bytes, _source, peerId) =>
      on.receivedFromPeer(bytes, peerId ?? ""),
    );
    this.#core.addEventListener("onChunkUploaded", (bytes, peerId: string | undefined) => {
      on.sentToPeer(bytes);
      this.#storage.sent(kindOf(peerId ?? ""), peerId ?? "", bytes);
    });
    this.#core.addEventListener("onSegmentStart", ({ segment, peerId }) =>
      on.takingFromPeer(segment.url, peerId ?? ""),
    );
    this.#core.addEventListener("onSegmentAbort", ({ segment }) => on.lostFromPeer(segment.url));
    this.#core.addEventListener("onSegmentError", ({ segment }) => on.lostFromPeer(segment.url));
  }
}
