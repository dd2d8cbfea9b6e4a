/** What a channel needs of its way in, whichever protocol its publisher speaks. */

import type { EventEmitter } from "node:events";
import type { AudioTag, VideoTag } from "./tags.ts";

/** Why somebody may not publish: another does, it sends what nobody can decode, or something else. */
export type Fault = "second" | "codec" | "other";

/** One publisher at a time. The address is null where the protocol's library doesn't tell it. */
export interface IngestEvents {
  arrived: [{ readonly address: string | null }];
  /** `timestamp` is the publisher's, in milliseconds. */
  video: [{ readonly timestamp: number; readonly tag: VideoTag }];
  audio: [{ readonly timestamp: number; readonly tag: AudioTag }];
  left: [{ readonly address: string | null; readonly reason: string }];
  refused: [{ readonly address: string | null; readonly reason: string; readonly for: Fault }];
  /** What receives ended unexpectedly and was started again. */
  restarted: [{ readonly reason: string }];
}

export interface PublisherIngest extends EventEmitter<IngestEvents> {
  readonly port: number;
  /** Bytes received from the current publisher; 0 without one. */
  readonly bytesReceived: number;
  /** Disconnects the current publisher over what it sends, and tells it why if the protocol can. */
  refuseCodec(reason: string): void;
  /** Takes publishers with this key alone from now on; SRT has none. */
  changeStreamKey(key: string): void;
  /** Disconnects the publisher and lets none in until `openToPublishers`. */
  closeToPublishers(reason: string): void;
  openToPublishers(): void;
  close(): Promise<void>;
}
