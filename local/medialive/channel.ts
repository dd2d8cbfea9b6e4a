/** What the live channel promises: its options, its states, what is on the air, and the events it emits. */

import type { EventEmitter } from "node:events";
import type { InitSegments, RatedSegment } from "../encoded-stream.ts";
import type { EncoderSettings } from "./encoder-settings.ts";
import type { ReceiveSrt } from "./ingest/srt-messages.ts";

export interface ChannelOptions {
  readonly encoder: EncoderSettings;
  readonly segmentSeconds: number;
  /** Port 0 takes a free one. */
  readonly rtmp: { readonly host: string; readonly port: number };
  readonly streamKey: string;
  /** Instead of RTMP. */
  readonly srt?: ReceiveSrt | undefined;
  /** Whether a test card is on the air while nobody publishes. Without it, no segments are made meanwhile. */
  readonly testCard: boolean;
}

/** MediaLive's own words, as far as a channel that exists and isn't changed goes through them. */
export type ChannelState = "IDLE" | "STARTING" | "RUNNING" | "STOPPING";

export interface Channel extends EventEmitter<ChannelEvents> {
  readonly state: ChannelState;
  /** The port that publishers send to. While the channel is idle, nobody is let in. */
  readonly ingestPort: number;
  /** The port of a standard channel's second pipeline; null when there is only one. */
  readonly backupIngestPort: number | null;
  readonly onAir: OnAir;
  readonly streamKey: string;
  /** The process that encodes; null while there is none. */
  readonly encoderPid: number | null;
  /** Starts the encoder. Resolves once it encodes. Rejects when the channel isn't idle. */
  start(): Promise<void>;
  /**
   * Hangs up on the publisher and ends the encoder. Resolves once the channel is idle. Rejects when it isn't running.
   */
  stop(): Promise<void>;
  /** Takes publishers with this key alone from now on. */
  changeStreamKey(key: string): void;
  /** A JPEG of what is on the air in this pipeline; null when nothing is. */
  thumbnail(pipeline: number): Promise<Buffer | null>;
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
  /** Once a second while the channel runs: what MediaLive reports to CloudWatch, besides its alerts, and of which pipeline. */
  metrics: [
    {
      readonly NetworkIn: number;
      readonly InputVideoFrameRate: number;
      readonly FillMsec: number;
      readonly DroppedFrames: number;
    },
    pipeline: number,
  ];
  /** What MediaLive doesn't report: once a second while somebody publishes, and what happens now and then. */
  inputMetrics: [InputMetrics, pipeline: number];
  /** How loud the publisher's audio is, in dBFS, for each second of it. */
  audioLevel: [decibels: number, pipeline: number];
  publisherRefused: [Refusal];
  /** A publisher left: said goodbye, hung up, or went silent. */
  publisherLeft: [Refusal];
  /** The encoder, or what receives SRT, ended unexpectedly and was started again. */
  encoderRestarted: [{ readonly reason: string }];
}

export interface OnAir {
  readonly source: "publisher" | "test card" | "nothing";
  /** The publisher's address; null when the source is no publisher, or sends SRT, whose library doesn't tell. */
  readonly address: string | null;
  /** The video that comes in; null when none does. */
  readonly video: { readonly codec: string; readonly width: number; readonly height: number } | null;
  /** The audio that comes in; null when none does. */
  readonly audio: { readonly codec: string; readonly sampleRate: number; readonly channels: number } | null;
  /** What comes in from the publisher; of the test card, the bit rate of the largest rendition. */
  readonly bitsPerSecond: number;
}

export type InputMetrics = Partial<
  Readonly<
    Record<
      | "AudioFrameRate"
      | "KeyframeSeconds"
      | "OpenKeyframes"
      | "AudioAheadSeconds"
      | "ClippedPercent"
      | "PictureHeight"
      | "Profile"
      | "PublishersArrived"
      | "PublishersTurnedAway"
      | "CodecsRefused",
      number
    >
  >
>;

interface Refusal {
  /** Null where the publisher sends SRT. */
  readonly address: string | null;
  readonly reason: string;
}
