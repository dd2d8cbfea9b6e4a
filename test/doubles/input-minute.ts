/** A minute of input that nothing is wrong with, and one that says nothing. */

import type { InputMinute } from "../../functions/channel/health/minutes.ts";

/** What nobody measured. */
export const NOT_MEASURED = {
  keyframeSeconds: null,
  openKeyframes: null,
  audioFramesPerSecond: null,
  audioDecibels: null,
  clippedPercent: null,
  audioAheadSeconds: null,
  pictureHeight: null,
  profile: null,
  publishersArrived: null,
  publishersTurnedAway: null,
  codecsRefused: null,
} as const satisfies Partial<InputMinute>;

/** As far as MediaLive measures it. */
export const GOOD_MINUTE: Omit<InputMinute, "minute"> = {
  ...NOT_MEASURED,
  megabitsPerSecond: { least: 5.6, most: 6.2 },
  framesPerSecond: { least: 30, most: 30 },
  filledSeconds: 0,
  droppedFrames: 0,
  audioDecibels: { least: -30, most: -6 },
  segments: 60,
  outputErrors: 0,
  edgeErrorPercent: 0,
};
