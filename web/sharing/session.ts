/** What a page asks of a live session and gets from it; no page sees hls.js or the engine behind it. */

import type { Figures } from "./figures.ts";
import type { Source } from "./segment-store.ts";

/** What a viewer allows: `on` takes and gives, `leech` only takes, `off` plays from the CDN alone. */
export type SharingMode = "on" | "leech" | "off";

export interface LiveSessionOptions {
  video: HTMLVideoElement;
  /** Address of the multivariant HLS playlist. */
  hls: string;
  /** The channel's own name; viewers of one channel form its swarms. */
  channel: string;
  /** WebSocket addresses of trackers, absolute (`wss://…/tracker`). */
  trackers: readonly string[];
  /** STUN servers as `stun:host:port`; none is fine on one network. */
  stunServers: readonly string[];
  mode: SharingMode;
  /** How far behind the live edge to play, in seconds; by default what the playlist's geometry suggests. */
  delaySeconds?: number | null;
}

export interface Quality {
  /** Place in `qualities`, lowest bit rate first. */
  index: number;
  width: number;
  height: number;
  bitsPerSecond: number;
  framesPerSecond: number;
}

/**
 * What keeps the stream from playing. Everything but `unsupported` heals by itself: the session retries
 * ever more slowly, with jitter, and at once when the browser comes back online.
 */
export interface Trouble {
  kind:
    | "offline" // the browser has no network
    | "not-started" // the channel has no playlist yet, or an empty one
    | "cdn-failing" // playlists or segments can't be fetched
    | "media-broken" // the stream can't be decoded; the decoder is being restarted
    | "unsupported"; // this browser has no Media Source Extensions, or not for these codecs
  /** Seconds until the next try; null when there's nothing to try. */
  retryInSeconds: number | null;
  /** What the layers below said, for a log. */
  detail: string;
}

export interface LiveSessionEvents {
  /** Trouble began or changed; null when it has healed. */
  trouble: Trouble | null;
  /** The playlist was read and these can be chosen among. */
  qualities: readonly Quality[];
  /** Another quality is on the screen. */
  quality: Quality;
  /** The picture moved to, or away from, the live delay. */
  live: boolean;
  mode: SharingMode;
  /** The first frame is on the screen. */
  firstFrame: { seconds: number };
  /** A segment came in. */
  segment: { rendition: string; sequence: number; source: Source };
  /** The session has ended; nothing more will be told. */
  destroyed: null;
}

export interface LiveSession {
  on<K extends keyof LiveSessionEvents>(
    event: K,
    listener: (value: LiveSessionEvents[K]) => void,
  ): () => void;

  /** The figures as they stand. */
  readonly figures: Figures;
  /** Calls back with the figures once a second; returns the way to stop. */
  watchFigures(listener: (figures: Figures) => void): () => void;

  readonly mode: SharingMode;
  setMode(mode: SharingMode): void;

  readonly qualities: readonly Quality[];
  /** What was chosen: a quality's index, or "auto". */
  readonly chosenQuality: number | "auto";
  chooseQuality(index: number | "auto"): void;

  /** True while the picture is at the live delay, give or take a segment. */
  readonly isLive: boolean;
  /** How far behind the live edge the session means to play, in seconds. */
  readonly targetDelaySeconds: number | null;
  setTargetDelay(seconds: number): void;
  jumpToLive(): void;
  /** Goes back from the live position, as far as the playlist reaches; 0 is live. */
  seekBehindLive(seconds: number): void;
  /** What can be sought to, in the video's own time; null before the first playlist. */
  readonly seekable: { startSeconds: number; liveSeconds: number } | null;

  readonly trouble: Trouble | null;
  /** Ends playing and sharing; leaves no socket, timer or listener. */
  destroy(): void;
}
