/** What the live channel promises: its options, its states, what is on the air, and the events it emits. */

import type { EventEmitter } from "node:events";
import type { InitSegments, RatedSegment } from "../encoded-stream.ts";
import type { EncoderSettings } from "./encoder-settings.ts";

export interface ChannelOptions {
  readonly encoder: EncoderSettings;
  readonly segmentSeconds: number;
  /** Port 0 takes a free one. */
  readonly rtmp: { readonly host: string; readonly port: number };
  readonly streamKey: string;
  /** Whether a test card is on the air while nobody publishes. Without it, no segments are made meanwhile. */
  readonly testCard: boolean;
}

/** MediaLive's own words, as far as a channel that exists and isn't changed goes through them. */
export type ChannelState = "IDLE" | "STARTING" | "RUNNING" | "STOPPING";

export interface Channel extends EventEmitter<ChannelEvents> {
  readonly state: ChannelState;
  /** The port that RTMP listens on. It is kept while the channel is idle; publishers are refused then. */
  readonly rtmpPort: number;
  /** The port of a standard channel's second pipeline; null when there is only one. */
  readonly rtmpBackupPort: number | null;
  readonly onAir: OnAir;
  /** The process that encodes; null while there is none. */
  readonly encoderPid: number | null;
  /** Starts the encoder. Resolves once it encodes. Rejects when the channel isn't idle. */
  start(): Promise<void>;
  /**
   * Hangs up on the publisher and ends the encoder. Resolves once the channel is idle. Rejects when it isn't running.
   */
  stop(): Promise<void>;
  /** Ends ingest and encoder within a second, in any state. */
  close(): Promise<void>;
}

export interface ChannelEvents {
  state: [ChannelState];
  /** An encoding session starts: these precede its segments. */
  init: [InitSegments];
  segment: [RatedSegment];
  /** Something else is on the air, or its video, codecs or bit rate changed. At most once a second. */
  onAir: [OnAir];
  /** Once a second while the channel runs: what MediaLive reports to CloudWatch, and of which pipeline. */
  metrics: [{ readonly ActiveAlerts: number; readonly NetworkIn: number }, pipeline: number];
  publisherRefused: [Refusal];
  /** A publisher left: said goodbye, hung up, or went silent. */
  publisherLeft: [{ readonly address: string; readonly reason: string }];
  /** The encoder ended unexpectedly and was started again. */
  encoderRestarted: [{ readonly reason: string }];
}

export interface OnAir {
  readonly source: "publisher" | "test card" | "nothing";
  /** The publisher's address; null when the source is not a publisher. */
  readonly address: string | null;
  /** The video that comes in; null when none does. */
  readonly video: { readonly codec: string; readonly width: number; readonly height: number } | null;
  /** The audio that comes in; null when none does. */
  readonly audio: { readonly codec: string; readonly sampleRate: number; readonly channels: number } | null;
  /** What comes in from the publisher; of the test card, the bit rate of the largest rendition. */
  readonly bitsPerSecond: number;
}

interface Refusal {
  readonly address: string;
  readonly reason: string;
}
