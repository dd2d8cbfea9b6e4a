/** What the bench tells a viewer's page and hears from it. Times are those of Date.now(). */

import type { Stats } from "../../web/playback/stats.ts";

/** Whether this viewer shares. */
export type Mode = "on" | "off";

export interface ViewerSetup {
  readonly hls: string;
  readonly tracker: string;
  readonly stun: string;
  readonly mode: Mode;
}

/** Playback once a second. */
export interface Sample {
  readonly at: number;
  readonly position: number;
  readonly delaySeconds: number | null;
  readonly bufferSeconds: number;
  /** Since the element was created. */
  readonly framesDecoded: number;
  readonly framesDropped: number;
  /** How far sharing is paused. */
  readonly guard: Stats["guard"];
  /** As the viewer last measured it; null before. */
  readonly uplinkBitsPerSecond: number | null;
}

/** One segment's fetch from the CDN, as the browser timed it. */
export interface SegmentFetch {
  readonly path: string;
  readonly at: number;
  readonly secondsToFirstByte: number;
  readonly seconds: number;
  /** Of the body; 0 for a fetch that was broken off, and for its status. */
  readonly bytes: number;
  readonly status: number;
}

/** One RTCPeerConnection, as its getStats() last told. */
export interface ConnectionReport {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Of the selected pair, one for each reading. */
  readonly roundTripSeconds: readonly number[];
  /** Types of the selected candidates, `host-srflx` for instance; null if there was never a pair. */
  readonly pair: string | null;
  /** RTCPeerConnectionState. */
  readonly state: string;
}

export interface ViewerReport {
  readonly stats: Stats;
  /** Each frame that came onto the screen. */
  readonly frames: readonly number[];
  readonly samples: readonly Sample[];
  readonly segments: readonly {
    readonly rendition: string;
    readonly sequence: number;
    readonly source: "peers" | "cdn";
    readonly at: number;
  }[];
  readonly fetches: readonly SegmentFetch[];
  readonly connections: readonly ConnectionReport[];
  readonly errors: readonly string[];
  /** The longest time that the page's thread was away, in milliseconds: the machine's doing, not the network's. */
  readonly longestHangMs: number;
}

/** What the page puts on its global object. */
export interface ViewerPage {
  startViewer(setup: ViewerSetup): void;
  readViewer(): Promise<ViewerReport>;
}
