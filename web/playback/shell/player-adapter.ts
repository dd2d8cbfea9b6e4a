/** The interface between StreamSharing and a player's adapter. */

import type { SignatureSource } from "../../engine/signatures.ts";
import type { Geometry } from "../../sharing/geometry.ts";
import type { StreamKind } from "../../sharing/peer-id.ts";
import type { RenditionTraits } from "../../sharing/rendition-traits.ts";
import type { Delivery, FetchProgress } from "../../sharing/scheduler-events.ts";
import type { Source } from "../../sharing/segment-store.ts";
import type { SharingMode } from "../session.ts";
import type { StatsCounter } from "../stats.ts";
import type { Tickets } from "../tickets.ts";
import type { CdnError } from "./cdn-fetch.ts";
import type { SharingObserver } from "./sharing-observer.ts";

export interface SharingOptions {
  channel: string;
  trackers: readonly string[];
  stunServers: readonly string[];
  /** The viewer's ticket; a stream without any names its swarms by the channel alone. */
  tickets?: Tickets;
  mode: SharingMode;
  signatures?: SignatureSource | null | undefined;
  sharesUnsigned?: boolean | undefined;
  /** Nobody shares in a swarm of fewer viewers; 0 without a limit. */
  sharingAbove?: number;
  delaySeconds: number | null;
  stats: StatsCounter;
  onHandled?: SharingObserver;
  onCdn(outcome: "works" | CdnError): void;
  onSegment?(rendition: string, sequence: number, source: Source): void;
  /** The engine can't be loaded or started; playback continues from the CDN. */
  onSharingFailed?(error: unknown): void;
}

/** What a player's adapter provides. */
export interface PlayerAdapter {
  /** Null while no media element is attached. */
  media(): HTMLMediaElement | null;
  /** All renditions that can be played; those of equal traits are shared. */
  renditions(): Iterable<{ kind: StreamKind; rendition: string; traits: RenditionTraits }>;
  /** Applies a delay and buffer, which follow from playlist, downlink and the viewer's wish. */
  play(geometry: Geometry): void;
  /** Loads a rendition's playlist now, as a new segment should be listed. Absent where the player can't be told to. */
  refreshPlaylist?(kind: StreamKind, rendition: string): void;
  /** The address to fetch for a segment's address, such as a signed one, still without a ticket. */
  requestAddress(address: string): string;
}

export interface SegmentRequest {
  kind: StreamKind;
  rendition: string;
  sequence: number;
  url: string;
}

export interface SegmentAnswer {
  deliver(delivery: Delivery): void;
  /** `code` is an HTTP status; 0 when there was no response. */
  fail(code: number, text: string): void;
  /**
   * How the fetch stands that alone brings the segment, by the clock of performance.now(); null while there is none.
   * Called after all that may have changed it. Absent where the player doesn't give up slow fetches.
   */
  progress?(fetch: FetchProgress | null): void;
}
