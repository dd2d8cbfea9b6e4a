/** The interface of a live session. Pages use only this and see neither hls.js nor the engine. */

import type { RefusalReason } from "../../functions/edge/ticket.ts";
import type { SignatureSource } from "../engine/signatures.ts";
import type { SharingMode } from "../policy/allowance.ts";
import type { Source } from "../sharing/segment-store.ts";
import type { EarlyPlaylists } from "./early-playlists.ts";
import type { SharingObserver } from "./shell/sharing-observer.ts";
import type { Stats } from "./stats.ts";
import type { Tickets } from "./tickets.ts";

export type { SharingMode } from "../policy/allowance.ts";
export type { GuardLevel } from "../sharing/guard.ts";

export interface LiveSessionOptions {
  video: HTMLVideoElement;
  /** Address of the multivariant HLS playlist. */
  hls: string;
  /** The channel's name, from which its swarms are named. */
  channel: string;
  /** WebSocket addresses of trackers, absolute (`wss://…/tracker`). */
  trackers: readonly string[];
  /** STUN servers as `stun:host:port`; viewers on one network need none. */
  stunServers: readonly string[];
  mode: SharingMode;
  /** Where the signatures of segments are. Without them nothing is shared: nobody vouches for what peers give. */
  signatures?: SignatureSource | null | undefined;
  /** Shares without signatures: what a peer gives is played and passed on unchecked. For streams that have none. */
  sharesUnsigned?: boolean | undefined;
  /** Nobody shares in a swarm of fewer viewers; by default there is no such limit. */
  sharingAbove?: number;
  /** Target delay in seconds; by default it follows from the playlist and the downlink. */
  delaySeconds?: number | null;
  /** The viewer's ticket, for a stream that needs one. */
  tickets?: Tickets;
  /** The stream's playlists, where a page began to fetch them before it had the player. */
  playlists?: EarlyPlaylists;
}

export interface Quality {
  /** Index in `qualities`, lowest bit rate first. */
  index: number;
  width: number;
  height: number;
  bitsPerSecond: number;
  framesPerSecond: number;
}

/**
 * What keeps the stream from playing. The session recovers from everything but `unsupported`: it retries ever more
 * slowly, with jitter, and at once when the browser comes back online.
 */
export interface PlaybackError {
  kind:
    | "offline" // the browser has no network
    | "ticket-refused" // the viewer's ticket isn't valid any more, and another is being asked for
    | "not-started" // the channel has no playlist yet, or an empty one
    | "cdn-failing" // playlists or segments can't be fetched
    | "media-broken" // the stream can't be decoded; the decoder is being restarted
    | "unsupported"; // this browser has no Media Source Extensions, or not for these codecs
  /** Seconds until the next retry; null if none is scheduled here. */
  retryInSeconds: number | null;
  /** The underlying error message, for a log. */
  detail: string;
  /** Why there is no other ticket, once that is known. */
  reason?: RefusalReason;
}

export interface LiveSessionEvents {
  /** An error occurred or changed; null once the session has recovered. */
  error: PlaybackError | null;
  /** The playlist was read and offers these qualities. */
  qualities: readonly Quality[];
  /** Another quality is on the screen. */
  quality: Quality;
  /** The playhead reached the target delay, or fell behind it. */
  live: boolean;
  mode: SharingMode;
  /** The first frame is on the screen. */
  firstFrame: { seconds: number };
  /** A segment was received. */
  segment: { rendition: string; sequence: number; source: Source };
  /** The session has ended; no event follows. */
  destroyed: null;
}

export interface LiveSession {
  on<K extends keyof LiveSessionEvents>(
    event: K,
    listener: (value: LiveSessionEvents[K]) => void,
  ): () => void;

  /** Calls back with all that the segment scheduler is told and decides; one observer at a time. For the debug view. */
  observe(observer: SharingObserver): void;

  /** The current stats. */
  readonly stats: Stats;
  /** Calls back with the stats once a second. Returns the function that stops this. */
  watchStats(listener: (stats: Stats) => void): () => void;

  readonly mode: SharingMode;
  setMode(mode: SharingMode): void;

  readonly qualities: readonly Quality[];
  /** The chosen quality's index, or "auto". */
  readonly chosenQuality: number | "auto";
  chooseQuality(index: number | "auto"): void;

  /** True while the playhead is at the target delay, give or take two segments. */
  readonly isLive: boolean;
  /** In seconds; null before the first playlist. */
  readonly targetDelaySeconds: number | null;
  setTargetDelay(seconds: number): void;
  jumpToLive(): void;
  /** Seeks to this many seconds behind the live position, as far back as the playlist reaches. */
  seekBehindLive(seconds: number): void;
  /** The positions that can be sought to, in the video's own time; null before the first playlist. */
  readonly seekable: { startSeconds: number; liveSeconds: number } | null;

  readonly error: PlaybackError | null;
  /** Ends playback and sharing; leaves no socket, timer or listener. */
  destroy(): void;
}
