/** The messages between the SRT ingest and the process that receives. */

import type { AudioTag, VideoTag } from "./tags.ts";

export interface ReceiveSrt {
  readonly host: string;
  readonly port: number;
  readonly passphrase: string;
  /** How long the receiver waits for packets that are sent again. */
  readonly latencyMilliseconds: number;
}

export type FromReceiver =
  | { readonly type: "arrived" }
  | { readonly type: "video"; readonly timestamp: number; readonly tag: VideoTag }
  | { readonly type: "audio"; readonly timestamp: number; readonly tag: AudioTag }
  | { readonly type: "left"; readonly reason: string };
