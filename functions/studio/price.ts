/** What a channel and its viewers cost. `npm run cost` counts it from AWS's prices, and a test holds these against it. */

import type { Prices } from "../record/prices.ts";
import { REHEARSAL_SECONDS } from "../record/rehearsal.ts";

/** Dollars an hour of one pipeline, by the template's ladders, with MediaPackage's share and stream health's metrics. */
const DOLLARS_AN_HOUR: Readonly<Record<string, number>> = {
  "1080p": 2.27823,
  "720p": 1.50873,
  "540p": 1.13913,
};

/** Of the largest rendition and audio, which every viewer of a rehearsal is taken to get. */
const MEGABITS_PER_SECOND: Readonly<Record<string, number>> = {
  "1080p": 5.128,
  "720p": 3.128,
  "540p": 1.928,
};
/** What CloudFront takes to deliver one, at most. */
const DOLLARS_A_GIGABYTE = 0.085;

/** What a rehearsal costs at most, as if all of it came from the CDN; null where it costs nothing. */
export function rehearsalDollars(ladder: string, viewers: number): number | null {
  const megabitsPerSecond = MEGABITS_PER_SECOND[ladder];
  return megabitsPerSecond === undefined ? null : watchingDollars(megabitsPerSecond, viewers);
}

/** Likewise, by the bit rate of video and audio. Viewers come one after the other, and the last watches to the end. */
export function watchingDollars(
  megabitsPerSecond: number,
  viewers: number,
  seconds = REHEARSAL_SECONDS,
): number {
  const megabits = megabitsPerSecond * viewers * (seconds + viewers);
  return (megabits / 8 / 1000) * DOLLARS_A_GIGABYTE;
}

/** In dollars: of the CDN's gigabytes and their requests; of the rest that a viewer takes in an hour. */
export const VIEWERS_PRICES: Omit<Prices, "channelHour"> = {
  gigabyte: 0.0878,
  /** Playlists, reports, the event; with sharing also the tracker and signatures. */
  viewerHour: 0.0055,
  viewerHourAlone: 0.0048,
};

/** Null for a ladder without a price, as on one machine, where it costs nothing. */
export function dollarsAnHour(ladder: string, channelClass: string): number | null {
  const one = DOLLARS_AN_HOUR[ladder];
  if (one === undefined) return null;
  return channelClass === "STANDARD" ? 2 * one : one;
}
