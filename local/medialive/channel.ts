// What the live channel promises to those who run it: its options, what is on the air, and what happens to it.

import type { EventEmitter } from "node:events";
import type { Packaging } from "../mediapackage/packaging.ts";
import type { EncoderSettings } from "./encoder-settings.ts";

export interface ChannelOptions {
  readonly encoder: EncoderSettings;
  readonly packaging: Packaging;
  /** The folder under which playlists and segments are written, at `packaging.path`. Made when missing. */
  readonly mediaFolder: string;
  /** Port 0 takes a free one. */
  readonly rtmp: { readonly host: string; readonly port: number };
  readonly streamKey: string;
  /** Whether a test card is on the air while nobody publishes. Without it, no segments are made meanwhile. */
  readonly testCard: boolean;
}

export interface Channel extends EventEmitter<ChannelEvents> {
  /** The port that RTMP listens on. */
  readonly rtmpPort: number;
  readonly onAir: OnAir;
  /** The process that encodes; null while it is being replaced. */
  readonly encoderPid: number | null;
  /** Ends ingest and encoder within a second; the media folder is left as it is. */
  stop(): Promise<void>;
}

export interface ChannelEvents {
  /** Something else is on the air, or its picture, codecs or bit rate changed. At most once a second. */
  onAir: [OnAir];
  publisherRefused: [Refusal];
  /** A publisher left: said goodbye, hung up, or went silent. */
  publisherLeft: [{ readonly address: string; readonly reason: string }];
  /** The encoder ended unexpectedly and was started again. */
  encoderRestarted: [{ readonly reason: string }];
  /** A segment couldn't be written; the channel goes on with the next. */
  packagingFailed: [{ readonly reason: string }];
}

export interface OnAir {
  readonly source: "publisher" | "test card" | "nothing";
  /** The publisher's address; null when the source is not a publisher. */
  readonly address: string | null;
  /** The picture that comes in; null when none does. */
  readonly video: { readonly codec: string; readonly width: number; readonly height: number } | null;
  /** The sound that comes in; null when none does. */
  readonly audio: { readonly codec: string; readonly sampleRate: number; readonly channels: number } | null;
  /** What comes in from the publisher; of the test card, what the largest rendition takes. */
  readonly bitsPerSecond: number;
}

interface Refusal {
  readonly address: string;
  readonly reason: string;
}
