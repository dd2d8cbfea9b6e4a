// What the channel and its encoder process say to each other.

import type { EncoderSettings } from "../encoder-settings.ts";
import type { EncodedSegment, InitSegments } from "./fragment.ts";

export type ToEncoder = {
  readonly type: "start";
  readonly settings: EncoderSettings;
  readonly segmentSeconds: number;
  readonly testCard: boolean;
  /** The segment to go on with after a restart. */
  readonly fromSegment: number | null;
};

export type FromEncoder =
  | { readonly type: "init"; readonly initSegments: InitSegments }
  | { readonly type: "segment"; readonly segment: EncodedSegment };
