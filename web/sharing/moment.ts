/** What the decisions of one moment have in common, whichever stream they are about. */

import type { DownlinkMeter } from "./downlink-meter.ts";
import type { GuardLevel } from "./guard.ts";
import type { SchedulerSettings } from "./scheduler-events.ts";

/** Times are seconds on one clock. */
export interface Moment {
  now: number;
  settings: SchedulerSettings;
  /** Null while the video stalls, or before it has started. */
  positionSeconds: number | null;
  /**
   * The segment of video that the player asked for last while it stood: it will ask for the audio of the same number once it
   * has that. Null before any.
   */
  awaitedSequence: number | null;
  /** From then on, peers that aren't connected won't be soon. */
  settledAt: number;
  downlink: DownlinkMeter;
  /** What is played: one rendition, or one of video and one of audio. */
  renditions: readonly string[];
  /** What the uplink can spare; null while unknown. */
  uplinkBitsPerSecond: number | null;
  /** When anything last came through from the CDN. */
  cdnReachedAt: number;
  guardLevel: GuardLevel;
  /** Uniform in [0, 1). */
  random: () => number;
}
