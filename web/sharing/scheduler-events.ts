/** What the segment scheduler is told (events) and what it wants done (commands). Seconds and bytes throughout. */

import type { StreamKind } from "./peer-id.ts";
import type { Source } from "./segment-store.ts";

/** A segment as a playlist or manifest lists it. Times are the video's own. */
export interface ListedSegment {
  url: string;
  /** The media sequence number, which is the same for all viewers. */
  sequence: number;
  startSeconds: number;
  endSeconds: number;
}

export interface SchedulerSettings {
  /** Whether this viewer may fetch for others and serve them. */
  shares: boolean;
  /** Whether segments are fetched before the player asks for them; false where the player fetches for itself. */
  fetchesAhead: boolean;
  /** How far ahead of the playhead segments are taken from peers. */
  peerWindowSeconds: number;
  /** EXT-X-TARGETDURATION, or the longest segment; 0 while unknown. */
  segmentSeconds: number;
  /** Whether only signed segments are shared: what comes from the CDN needs a signature before peers may have it. */
  signs: boolean;
}

/** A segment for the player. `bitsPerSecond` feeds the player's throughput estimate; 0 says nothing about it. */
export interface Delivery {
  data: ArrayBuffer;
  source: Source;
  bitsPerSecond: number;
}

export type SchedulerEvent = PlayerEvent | PeerEvent | CdnEvent | { type: "timer" };

type PlayerEvent =
  | { type: "playlist"; stream: StreamKind; rendition: string; segments: readonly ListedSegment[] }
  /** The player wants a segment. `demand` is the caller's number for it, never used twice. */
  | { type: "demand"; demand: number; stream: StreamKind; rendition: string; sequence: number }
  | { type: "demand-dropped"; demand: number }
  /** The position is null while the video stalls, or before it has started. */
  | { type: "playhead"; positionSeconds: number | null; bufferSeconds: number }
  | { type: "settings"; settings: SchedulerSettings }
  /** The player can't decode what it was given. */
  | { type: "media-broken" };

/** What the peer layer reports. A transfer is one segment on its way from one peer. */
export type PeerEvent =
  /** `unavailable`: there will be no peers, so there is nothing to wait for. */
  | { type: "swarm"; state: "joining" | "left" | "unavailable" }
  | { type: "peer-connected"; stream: StreamKind; peerId: string }
  /** May be reported more than once for one connection. */
  | { type: "peer-closed"; stream: StreamKind; peerId: string }
  | TransferEvent
  /** A whole segment came, and is what its trailer says. */
  | {
      type: "transfer-done";
      rendition: string;
      sequence: number;
      data: ArrayBuffer;
      trailer: ArrayBuffer;
    }
  | ({ type: "signature" } & SegmentSignature)
  | PeerAnnouncement
  /** How many viewers the tracker counts in this stream's swarm, this one among them. */
  | { type: "swarm-counted"; stream: StreamKind; viewers: number }
  /** What this viewer's uplink can spare; null if that is to be measured anew. */
  | { type: "uplink"; bitsPerSecond: number | null };

/** The answer to a command `sign`; the trailer is null if there is none that fits the segment's bytes. */
export interface SegmentSignature {
  rendition: string;
  sequence: number;
  trailer: ArrayBuffer | null;
}

/** What a peer says of itself, with each change. */
export interface PeerAnnouncement {
  type: "peer-announced";
  stream: StreamKind;
  peerId: string;
  /** The sequence numbers of the segments that it holds, and of those that it is fetching from the CDN. */
  held: readonly number[];
  fetching: readonly number[];
  /** Whether it may be elected to fetch now. */
  mayFetch: boolean;
}

export type TransferEvent =
  | { type: "transfer-started"; url: string; peerId: string }
  /** The peer said how many bytes the segment has. */
  | { type: "transfer-sized"; url: string; bytes: number }
  /** The peer isn't known for every connection; the id is empty then. */
  | { type: "transfer-progress"; peerId: string; bytes: number }
  /** The transfer ended without the whole segment. */
  | { type: "transfer-lost"; url: string };

export type CdnEvent =
  /** Something other than a segment came through: the CDN works. */
  | { type: "cdn-reached" }
  | { type: "fetch-progress"; fetch: string; bytes: number }
  | { type: "fetch-done"; fetch: string; data: ArrayBuffer; timing: FetchTiming | null }
  /** `status` is HTTP's; 0 when there was no response. */
  | { type: "fetch-failed"; fetch: string; status: number; message: string };

/** A fetch under way. Times are seconds on the scheduler's clock. */
export interface FetchProgress {
  startedAt: number;
  /** Null before the first byte. */
  firstByteAt: number | null;
  bytes: number;
}

/** How long a fetch took: until its first byte, and from the first to the last. */
export interface FetchTiming {
  firstByteSeconds: number;
  transferSeconds: number;
}

export type SchedulerCommand =
  | { type: "fetch"; fetch: string; url: string }
  | { type: "abort-fetch"; fetch: string }
  | ({ type: "store" } & ReceivedSegment)
  /** A segment that is about to come from the CDN will need its signature. */
  | { type: "fetch-signature"; sequence: number }
  /** A segment that came from the CDN needs its signature, checked against its bytes; the answer is `signature`. */
  | { type: "sign"; rendition: string; sequence: number; url: string; data: ArrayBuffer }
  /** The trailer of a stored segment: peers may have both now. */
  | { type: "attach-trailer"; rendition: string; sequence: number; trailer: ArrayBuffer }
  /** A peer only wastes this viewer's time. */
  | { type: "drop-peer"; peerId: string }
  /** The viewer shares no more: for a while, as its uplink is too weak, or for the rest of the visit (null). */
  | { type: "leave-swarms"; forSeconds: number | null }
  /** These segments of this rendition are held no longer. */
  | { type: "drop"; rendition: string; sequences: readonly number[] }
  /**
   * What this viewer holds, fetches or may do for others changed in this rendition's swarm. Peers should know, and the
   * peer layer should look again at what it takes from them.
   */
  | { type: "announce"; rendition: string; fetching: readonly number[]; mayFetch: boolean }
  /** A peer has a segment that this playlist doesn't list yet: a newer one should be there. */
  | { type: "refresh-playlist"; stream: StreamKind; rendition: string }
  | { type: "deliver"; demand: number; delivery: Delivery }
  | { type: "fail"; demand: number; status: number; message: string }
  /** Replaces the timer that was set before. */
  | { type: "set-timer"; inSeconds: number };

/** A whole segment that came in. */
export interface ReceivedSegment {
  rendition: string;
  sequence: number;
  delivery: Delivery;
  /** What peers get behind the bytes; null while there is none, and peers get nothing. */
  trailer: ArrayBuffer | null;
  /** A peer brought what was being fetched from the CDN, or had been. */
  wasAlsoFetched: boolean;
}
