/** The types of what build/patched-core.ts adds to the core. Nothing else may assume a patch. */

import type { Core } from "p2p-media-loader-core";
import type { StreamKind } from "../sharing/peer-id.ts";
import type { GatedSwarm, SwarmGate } from "./swarm-gate.ts";

/** The part of RTCDataChannelInit that is used. */
export interface ChannelOptions {
  negotiated: boolean;
  id: number;
  ordered: boolean;
  maxRetransmits: number;
}

/** The part of RTCDataChannel that is used. */
export interface DataChannel {
  binaryType: string;
  readonly readyState: string;
  onmessage: ((event: { data: unknown }) => void) | null;
  send(message: ArrayBuffer): void;
  close(): void;
}

/** A connection with a peer in the swarm of one rendition: a simple-peer object, as far as it is used. */
export interface PeerConnection {
  /** The address of the rendition's playlist. */
  readonly rendition: string;
  readonly destroying: boolean;
  /** Bytes that wait in the data channel. */
  readonly bufferSize: number;
  /** Sends a message. Returns false if "drain" should come before the next one. */
  write(message: Uint8Array): boolean;
  /** WebRTC's own connection; null once it is closed. */
  readonly _pc: {
    createDataChannel(label: string, options: ChannelOptions): DataChannel;
    getStats(): Promise<ReadonlyMap<string, unknown>>;
  } | null;
  on(event: "drain", listener: () => void): void;
  on(event: "data", listener: (data: Uint8Array) => void): void;
  off(event: "drain", listener: () => void): void;
  off(event: "data", listener: (data: Uint8Array) => void): void;
  destroy(): void;
}

interface PatchedEvents {
  onPeerConnect: (event: { connection: PeerConnection; peerId: string; streamType: StreamKind }) => void;
  onPeerClose: (event: { connection: PeerConnection }) => void;
  /** A peer begins to send a segment, and says how many bytes that will be. */
  onSegmentSize: (event: { url: string; bytes: number }) => void;
  /** The lists come from the peer as they are. */
  onPeerAnnouncement: (event: { connection: PeerConnection; held: unknown; fetching: unknown }) => void;
  /** The tracker refused something, or couldn't be reached. */
  onTrackerWarning: (event: { streamType: StreamKind; warning: Error }) => void;
  onTrackerError: (event: { streamType: StreamKind; error: Error }) => void;
  /** The counts come from the tracker as they are. */
  onTrackerReply: (event: {
    rendition: string;
    streamType: StreamKind;
    complete: unknown;
    incomplete: unknown;
  }) => void;
}

/** The core's events that patches add or extend. */
export interface PatchedCore {
  addEventListener<Name extends keyof PatchedEvents>(name: Name, listener: PatchedEvents[Name]): void;
}

/** Options that patches add. */
export interface PatchedOptions {
  /** Whether to connect with a peer; `met` counts those that are connected, or about to be, in the same swarm. */
  admitsPeer: (peerId: string, met: number) => boolean;
  /** How many bytes a segment may have at most. A peer that announces more is disconnected. */
  mostSegmentBytes: (segment: { url: string }) => number;
  /** A peer broke the protocol, or sent what isn't valid. It is disconnected right after this. */
  onPeerViolation: (connection: PeerConnection) => void;
  /**
   * Sends a segment's data to a peer. Resolves when all of it is on its way, rejects when it is stopped. Every message
   * is reported by its size.
   */
  sendSegment: (
    data: ArrayBuffer,
    connection: PeerConnection,
    stopping: AbortSignal,
    onSent: (bytes: number) => void,
  ) => Promise<void>;
  /** Ten characters of one byte with which info hashes begin; the other ten say the rendition. */
  swarmPrefix: string | undefined;
  /** The address to connect to for a tracker's. */
  trackerAddress: ((tracker: string) => string) | undefined;
  /** Makes the gate of a swarm that is entered. While it is closed, no offer is sent or answered there. */
  gateSwarm: (swarm: GatedSwarm) => SwarmGate;
}

export function asPatched(core: Core): PatchedCore {
  return core as unknown as PatchedCore;
}
