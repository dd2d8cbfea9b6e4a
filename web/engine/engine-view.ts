/** What whoever looks on may read of the engine, as the debug view does. */

import type { Peer } from "./connections.ts";
import type { TrackerWord } from "./tracker-log.ts";

export interface EngineView {
  /** Who is connected. */
  readonly peers: readonly ConnectedPeer[];
  /** What the tracker said last. */
  readonly trackerWords: readonly TrackerWord[];
  /** What the uplink carries as measured, what of it may be given away, and how many uploads run. */
  readonly uplink: {
    readonly bitsPerSecond: number | null;
    readonly spareBitsPerSecond: number | null;
    readonly uploads: number;
  };
}

/** A connection with a peer in the swarm of one rendition. */
export interface ConnectedPeer extends Readonly<Peer> {
  /** The same object for the same connection. */
  readonly connection: object;
  /** Whether it is one of the rendition that is played now. */
  readonly isPlayed: boolean;
  /** The round trip of the newest probe; null before any. */
  readonly probedSeconds: number | null;
  /** WebRTC's own statistics; null once the connection is closed. */
  stats(): Promise<ReadonlyMap<string, unknown> | null>;
}
