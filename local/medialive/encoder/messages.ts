/** The messages between the channel and its encoder process. */

import type { EncodedSegment, InitSegments } from "../../encoded-stream.ts";
import type { EncoderSettings } from "../encoder-settings.ts";
import type { AudioTag, VideoTag } from "../ingest/tags.ts";
import type { AudioLevel } from "./level-meter.ts";
import type { PublisherInput } from "./publisher-source.ts";

export interface StartEncoder {
  readonly type: "start";
  readonly settings: EncoderSettings;
  readonly segmentSeconds: number;
  readonly testCard: boolean;
  /** The segment to resume with after a restart. */
  readonly fromSegment: number | null;
}

/** `timestamp` is the publisher's, in milliseconds. */
export type PublisherMessage =
  | { readonly type: "arrived" }
  | { readonly type: "video"; readonly timestamp: number; readonly tag: VideoTag }
  | { readonly type: "audio"; readonly timestamp: number; readonly tag: AudioTag }
  | { readonly type: "left" };

/** Asks for a thumbnail of the next frame that is on the air. */
interface WantThumbnail {
  readonly type: "thumbnail";
}

export type ToEncoder = StartEncoder | PublisherMessage | WantThumbnail;

/** What is on the air, as the encoder sees it. */
export interface EncoderOnAir {
  readonly source: "publisher" | "test card" | "nothing";
  readonly input: PublisherInput;
}

export type FromEncoder =
  | { readonly type: "init"; readonly initSegments: InitSegments }
  | { readonly type: "segment"; readonly segment: EncodedSegment }
  | { readonly type: "onAir"; readonly onAir: EncoderOnAir }
  /** The publisher's codec is supported, but its media can't be decoded. */
  | { readonly type: "undecodable"; readonly reason: string }
  /** Of a second of the publisher's audio. */
  | { readonly type: "level"; readonly level: AudioLevel }
  /** A JPEG. */
  | { readonly type: "thumbnail"; readonly jpeg: Uint8Array };
