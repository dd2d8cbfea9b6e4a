/**
 * Runs p2p-media-loader's core, which only transfers segments between viewers: Shoal itself decides who fetches from
 * the CDN, and does it (docs/sharing.md). web/engine/ may import p2p-media-loader-core and web/sharing.
 */

import { Core, type CoreConfig, generateStreamShortId } from "p2p-media-loader-core";
import { BannedPeers } from "../sharing/banned-peers.ts";
import { peerIdOf, type StreamKind } from "../sharing/peer-id.ts";
import type { RenditionTraits } from "../sharing/rendition-traits.ts";
import type { ListedSegment, PeerEvent } from "../sharing/scheduler-events.ts";
import type { SegmentStore } from "../sharing/segment-store.ts";
import type { OwnState } from "../sharing/uploads.ts";
import { announced, type Duty } from "./announcement.ts";
import { type Announcement, Connections } from "./connections.ts";
import { EngineStorage, type Wants } from "./engine-storage.ts";
import type { ConnectedPeer, EngineView } from "./engine-view.ts";
import { PagePlayers } from "./page-players.ts";
import { asPatched, type PatchedOptions, type PeerConnection } from "./patched-core.ts";
import { PeerWatch } from "./peer-watch.ts";
import { SegmentSizes } from "./segment-size.ts";
import { type SegmentName, type SignatureSource, Signatures } from "./signatures.ts";
import { SwarmGate, viewersOf } from "./swarm-gate.ts";
import { TrackerLog, type TrackerWord } from "./tracker-log.ts";
import { TRAILER_VERSION } from "./trailer.ts";
import { Uplink } from "./uplink.ts";
import { browserUplinkMemory, type UplinkMemory } from "./uplink-memory.ts";

export interface EngineOptions {
  channel: string;
  trackers: readonly string[];
  stunServers: readonly string[];
  /** Ten characters with which the swarms' info hashes begin; without them, the channel's name makes the hashes. */
  swarm?: string;
  /** The address to connect to for a tracker's, asked for each connection. */
  trackerAddress?: (tracker: string) => string;
  /** This viewer's name, which is part of its peer ids. */
  viewer: string;
  shares: boolean;
  /** Whether this viewer meets others in a swarm of so many viewers, itself among them. */
  mayMeet: (viewers: number) => boolean;
  peerWindowSeconds: number;
  store: SegmentStore;
  /** Whether a segment is to be taken from peers now. After the answer changes, call `announce()`. */
  wants: Wants;
  /** Asked before a segment is sent to a peer: a viewer whose buffer is low serves fewer. */
  ownState: () => OwnState;
  /** What vouches for segments; null where whoever made the page said that nothing does. */
  signatures: SignatureSource | null;
  /** Peers that aren't met again, as the engine before this one knew them; by default nobody. */
  banned?: BannedPeers | undefined;
  /** Forgets what the uplink was measured to carry before. */
  measuresUplinkAnew: boolean;
  /** By default the browser's. */
  uplinkMemory?: UplinkMemory;
  onEvent: (event: EngineEvent) => void;
}

/** Events for the scheduler, and bytes sent to peers. */
export type EngineEvent = Exclude<PeerEvent, { type: "swarm" }> | { type: "sent"; bytes: number };

/** The core doesn't use HTTP until this has passed: the longest delay of a timer, 24 days. */
const NEVER_MS = 2 ** 31 - 1;

/** A slow uplink with several requests sends its first byte late; after three timeouts the core drops the peer. */
const SILENT_PEER_MS = 4_000;

/** More peers than a viewer is ever introduced to; who opens connections without end gets no more. */
const MOST_PEERS = 30;

/** How long a rendition that the viewer left is still served. Its connections close a little later. */
const LEFT_RENDITION_MS = 5_000;

/**
 * The core caches peer ids by swarm for the whole page, so a second player of one stream would use the first one's.
 * Destroying any core clears that cache; this one serves no other purpose.
 */
const cacheClearer = new Core();

const pagePlayers = new PagePlayers();

export class Engine implements EngineView {
  readonly #core: Core;
  readonly #number = pagePlayers.take();
  readonly #storage: EngineStorage;
  readonly #uplink: Uplink;
  readonly #connections = new Connections<PeerConnection>();
  readonly #kinds = new Map<string, StreamKind>();
  readonly #watches = new Map<PeerConnection, PeerWatch>();
  /** Peers that aren't met again. */
  readonly banned: BannedPeers;
  readonly #signatures: Signatures | null;
  readonly #sizes = new SegmentSizes();
  readonly #traits = new Map<string, RenditionTraits>();
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #trackerLog = new TrackerLog();
  /** The segment addresses that each rendition's playlist listed last. */
  readonly #listed = new Map<string, ReadonlySet<string>>();

  constructor({
    channel,
    trackers,
    stunServers,
    swarm,
    trackerAddress,
    viewer,
    shares,
    mayMeet,
    store,
    wants,
    ownState,
    measuresUplinkAnew,
    uplinkMemory = browserUplinkMemory,
    onEvent,
    peerWindowSeconds,
    banned = new BannedPeers(),
    signatures,
  }: EngineOptions) {
    this.#onEvent = onEvent;
    this.banned = banned;
    if (measuresUplinkAnew) uplinkMemory.forget();
    this.#uplink = new Uplink({
      knownBitsPerSecond: uplinkMemory.known(),
      onRoom: () => this.#storage.announceRefused(),
      onEvent: (event) => {
        if (event.type === "uplink") onEvent(event);
        else uplinkMemory.keep(event.bitsPerSecond);
      },
    });
    this.#signatures = signatures && new Signatures(channel, signatures);
    this.#storage = new EngineStorage({
      store,
      isSigned: signatures !== null,
      wants,
      uplink: this.#uplink,
      ownState,
      onEvent,
    });
    const patchedOptions: PatchedOptions = {
      sendSegment: this.#uplink.send,
      admitsPeer: (peerId, met) => met < MOST_PEERS && !banned.has(peerId, now()),
      mostSegmentBytes: ({ url }) => this.#sizes.most(url),
      onPeerViolation: (connection) => this.#ban(connection),
      swarmPrefix: swarm,
      trackerAddress,
      gateSwarm: (swarm) => new SwarmGate(swarm, mayMeet),
    };
    this.#core = new Core({
      ...patchedOptions,
      swarmId: signatures ? `${channel} signed-${TRAILER_VERSION}` : channel,
      ...this.#validation(),
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
      customSegmentStorageFactory: () => ({
        ...this.#storage.forCore,
        setSegmentChangeCallback: (callback) => {
          // Called right after the core has chosen its peer id for a swarm and put it into the cache.
          cacheClearer.destroy();
          this.#storage.forCore.setSegmentChangeCallback(callback);
        },
      }),
    });
    // Unused because swarmId is set, but without it the core refuses to load.
    this.#core.setManifestResponseUrl(channel);
    this.#core.setIsLive(true);
    this.#listen();
  }

  /** Adds a rendition, named by its playlist's address. */
  addRendition(kind: StreamKind, rendition: string, traits: RenditionTraits): void {
    const index = generateStreamShortId(traits);
    this.#storage.name(kind, index, rendition);
    this.#kinds.set(rendition, kind);
    this.#traits.set(rendition, traits);
    this.#core.addStreamIfNoneExists({ runtimeId: rendition, type: kind, index });
  }

  /** Sets the segments that a rendition's playlist lists now. */
  updateSegments(rendition: string, segments: readonly ListedSegment[]): void {
    const before = this.#listed.get(rendition) ?? new Set<string>();
    const listed = new Set(segments.map(({ url }) => url));
    this.#listed.set(rendition, listed);
    const gone = [...before].filter((url) => !listed.has(url));
    this.#sizes.listed(segments, this.#traits.get(rendition) ?? {});
    this.#sizes.forget(gone);
    const added = segments
      .filter(({ url }) => !before.has(url))
      .map(({ url, sequence, startSeconds, endSeconds }) => ({
        runtimeId: url,
        url,
        externalId: sequence,
        startTime: startSeconds,
        endTime: endSeconds,
      }));
    this.#core.updateStream(rendition, added, gone);
  }

  /** The player requests this segment: from here on the core downloads segments from peers that hold them. */
  playerAt(rendition: string, segmentUrl: string): void {
    this.#enter(rendition);
    // The storage reports segments, so the core's answer to a player isn't needed.
    const ignored = { onSuccess: () => {}, onError: () => {} };
    this.#core.loadSegment(segmentUrl, ignored).then(
      // Otherwise the core would go on taking this segment when it isn't wanted any more.
      () => this.#core.abortSegmentLoading(segmentUrl),
      () => {
        // The segment left the playlist in the meantime, or the engine was destroyed.
      },
    );
  }

  /**
   * Call this when what is stored, fetched or wanted of a rendition changed: tells peers, and makes the core check what
   * is missing.
   */
  announce(rendition: string, duty: Duty): void {
    this.#storage.announce(rendition, duty);
    this.#core.updateStream(rendition);
  }

  get peers(): ConnectedPeer[] {
    return [...this.#connections.all].map(([connection, peer]) => ({
      ...peer,
      connection,
      isPlayed: this.#connections.isPlayed(peer),
      probedSeconds: this.#uplink.roundTripSeconds(connection),
      stats: async () => (await connection._pc?.getStats()) ?? null,
    }));
  }

  get trackerWords(): readonly TrackerWord[] {
    return this.#trackerLog.words;
  }

  get uplink(): EngineView["uplink"] {
    const { active: uploads, spareBitsPerSecond } = this.#uplink.load;
    return { bitsPerSecond: this.#uplink.bitsPerSecond, spareBitsPerSecond, uploads };
  }

  moveTo(positionSeconds: number, rate: number): void {
    this.#core.updatePlayback(positionSeconds, rate);
  }

  setPeerWindow(seconds: number): void {
    this.#core.applyDynamicConfig({ httpDownloadTimeWindow: seconds, p2pDownloadTimeWindow: seconds });
  }

  destroy(): void {
    this.#core.destroy();
    this.#uplink.destroy();
    pagePlayers.leave(this.#number);
  }

  /** A segment that is being fetched from the CDN will need its signature. */
  fetchSignature(sequence: number): void {
    void this.#signatures?.fetch(sequence);
  }

  /** Finds the trailer of a segment that came from the CDN. The answer is an event. */
  async sign(rendition: string, { url, sequence }: SegmentName, data: ArrayBuffer): Promise<void> {
    const trailer = (await this.#signatures?.trailerOf({ url, sequence }, data)) ?? null;
    this.#onEvent({ type: "signature", rendition, sequence, trailer });
  }

  /** Disconnects a peer, and doesn't meet it again until this time on the engine's clock; by default never. */
  ban(peerId: string, until?: number): void {
    this.banned.ban(peerId, until);
    for (const connection of this.#connections.with(peerId)) connection.destroy();
  }

  #ban(connection: PeerConnection): void {
    this.ban(this.#connections.peerIdOf(connection));
  }

  #validation(): Partial<CoreConfig> {
    const signatures = this.#signatures;
    return signatures
      ? { validateP2PSegment: (url, _range, received) => signatures.isSigned(url, received) }
      : {};
  }

  #enter(rendition: string): void {
    const stream = this.#kinds.get(rendition);
    if (!stream || this.#connections.isPlayed({ stream, rendition })) return;
    const { left, met } = this.#connections.play({ stream, rendition });
    for (const { peerId } of left) this.#onEvent({ type: "peer-closed", stream, peerId });
    for (const { peerId, announcement } of met) {
      this.#onEvent({ type: "peer-connected", stream, peerId });
      if (announcement) this.#onEvent({ type: "peer-announced", stream, peerId, ...announcement });
    }
  }

  #listen(): void {
    const core = this.#core;
    const onEvent = this.#onEvent;
    const lost = ({ segment }: { segment: { url: string } }) =>
      onEvent({ type: "transfer-lost", url: segment.url });
    this.#listenToPeers();
    core.addEventListener("onChunkDownloaded", (bytes, _source, peerId) =>
      onEvent({ type: "transfer-progress", peerId: nameOf(peerId), bytes }),
    );
    core.addEventListener("onChunkUploaded", (bytes) => onEvent({ type: "sent", bytes }));
    core.addEventListener("onSegmentStart", ({ segment: { url }, peerId }) => {
      const most = this.#sizes.most(url);
      for (const one of this.#connections.with(nameOf(peerId))) this.#watches.get(one)?.asked(most);
      onEvent({ type: "transfer-started", url, peerId: nameOf(peerId) });
    });
    core.addEventListener("onSegmentAbort", lost);
    core.addEventListener("onSegmentError", lost);
  }

  #listenToPeers(): void {
    const core = asPatched(this.#core);
    const onEvent = this.#onEvent;
    core.addEventListener("onPeerConnect", ({ connection, peerId, streamType: stream }) => {
      const { rendition } = connection;
      // Of two connections with one peer, the second may open once the first was closed for what the peer did.
      if (this.banned.has(peerId, now())) {
        connection.destroy();
        return;
      }
      this.#uplink.opened(connection);
      this.#watches.set(connection, new PeerWatch(connection, () => this.#ban(connection)));
      if (this.#connections.opened(connection, { stream, rendition, peerId })) {
        onEvent({ type: "peer-connected", stream, peerId });
      }
    });
    core.addEventListener("onPeerClose", ({ connection }) => {
      this.#uplink.closed(connection);
      this.#watches.get(connection)?.close();
      this.#watches.delete(connection);
      const peer = this.#connections.closed(connection);
      if (peer) onEvent({ type: "peer-closed", stream: peer.stream, peerId: peer.peerId });
    });
    core.addEventListener("onPeerAnnouncement", ({ connection, held, fetching }) => {
      const announcement: Announcement = announced(held, fetching);
      const peer = this.#connections.announced(connection, announcement);
      if (peer) {
        onEvent({ type: "peer-announced", stream: peer.stream, peerId: peer.peerId, ...announcement });
      }
    });
    core.addEventListener("onSegmentSize", ({ url, bytes }) =>
      onEvent({ type: "transfer-sized", url, bytes }),
    );
    core.addEventListener("onTrackerReply", ({ rendition, streamType: stream, complete, incomplete }) => {
      const viewers = viewersOf(complete, incomplete);
      this.#trackerLog.add({ stream, rendition, viewers, refusal: null });
      if (viewers === null || !this.#connections.isPlayed({ stream, rendition })) return;
      onEvent({ type: "swarm-counted", stream, viewers });
    });
    const refused = (stream: StreamKind, { message: refusal }: Error) =>
      this.#trackerLog.add({ stream, rendition: null, viewers: null, refusal });
    core.addEventListener("onTrackerWarning", ({ streamType, warning }) => refused(streamType, warning));
    core.addEventListener("onTrackerError", ({ streamType, error }) => refused(streamType, error));
  }
}

const now = () => performance.now() / 1000;

/** Only what comes by HTTP is nobody's, and nothing does. */
function nameOf(peerId: string | undefined): string {
  return String(peerId);
}
