/** Estimates what a show costs, item by item, from its audience and the price table. */

import { PRICES } from "./prices.ts";

export interface Rendition {
  readonly height: number;
  /** At most; video with little motion takes less. */
  readonly megabitsPerSecond: number;
}

export interface Show {
  readonly viewers: number;
  readonly hours: number;
  /** What a viewer receives, video and audio together. */
  readonly megabitsPerSecond: number;
  /** The share of the viewers' bytes that comes from peers: 0 to 1. */
  readonly share: number;
  readonly renditions: readonly Rendition[];
  readonly hasTwoPipelines: boolean;
}

export interface Item {
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly dollars: number;
}

export const AUDIO_MEGABITS_PER_SECOND = 0.128;
const SEGMENT_SECONDS = 2;
/** Video and audio have segments and a playlist each; the playlist is requested once a segment. */
const STREAMS = 2;
/** A ticket lasts for 15 minutes, and is renewed when half of that has passed. */
const TICKETS_AN_HOUR = 8;
const HOURS_A_MONTH = 730;
const TRACKER_MEMORY_GIGABYTES = 0.25;

/**
 * What a viewer who shares costs the tracker in an hour: `npm run bench -- price`, with two swarms a viewer (video and
 * audio) and a mean stay of 60 minutes. The 30 ms of Lambda for each invocation are that benchmark's assumption too.
 */
const TRACKER_USE = { messages: 123, invocations: 51, secondsEach: 0.03, writes: 18.5, reads: 69.3 };
/** Counts and latencies that the tracker prints: functions/tracker/metrics.ts. */
const TRACKER_METRICS = 18;

/** Without free tiers, volume discounts, and the bytes of playlists, which are small. */
export function estimate(show: Show): Item[] {
  return [...encoding(show), ...packaging(show), ...delivery(show), ...matching(show)];
}

function encoding({ hours, renditions, hasTwoPipelines }: Show): Item[] {
  const { inputHour, hdOutputHour, sdOutputHour, standardFactor } = PRICES.mediaLive;
  const channelHours = hours * (hasTwoPipelines ? standardFactor : 1);
  const hd = renditions.filter(({ height }) => height >= 720).length;
  const sd = renditions.length - hd;
  return [
    item("MediaLive input", channelHours, "hours", inputHour),
    item("MediaLive outputs of 720p and more", channelHours * hd, "hours", hdOutputHour),
    item("MediaLive outputs below 720p", channelHours * sd, "hours", sdOutputHour),
  ];
}

function packaging({ hours, renditions, hasTwoPipelines, viewers }: Show): Item[] {
  const { ingestGigabyte, packagingGigabyte } = PRICES.mediaPackage;
  const megabits = renditions.reduce((sum, each) => sum + each.megabitsPerSecond, AUDIO_MEGABITS_PER_SECOND);
  const made = gigabytes(megabits, hours);
  return [
    item("MediaPackage ingest", made * (hasTwoPipelines ? 2 : 1), "GB", ingestGigabyte),
    // Origin Shield fetches each segment once, however many watch.
    item("MediaPackage packaging", viewers > 0 ? made : 0, "GB", packagingGigabyte),
  ];
}

function delivery({ viewers, hours, megabitsPerSecond, share }: Show): Item[] {
  const viewerHours = viewers * hours;
  const segments = (viewerHours * STREAMS * 3600) / SEGMENT_SECONDS;
  const tickets = viewerHours * TICKETS_AN_HOUR;
  const met = segments * (1 - share) + segments + tickets;
  return [
    item(
      "CloudFront traffic",
      gigabytes(megabitsPerSecond, viewerHours) * (1 - share),
      "GB",
      PRICES.cloudFront.gigabyte,
    ),
    item("CloudFront requests for segments", segments * (1 - share), "requests", PRICES.cloudFront.request),
    item("CloudFront requests for playlists", segments, "requests", PRICES.cloudFront.request),
    item("CloudFront requests for tickets", tickets, "requests", PRICES.cloudFront.request),
    item("Edge function", met, "runs", PRICES.cloudFront.functionRun),
  ];
}

/** Viewers who don't share open no connection to the tracker. */
function matching({ viewers, hours, share }: Show): Item[] {
  const viewerHours = share > 0 ? viewers * hours : 0;
  const { messages, invocations, secondsEach, writes, reads } = TRACKER_USE;
  const gigabyteSeconds = invocations * secondsEach * TRACKER_MEMORY_GIGABYTES;
  return [
    item("Tracker messages", viewerHours * messages, "messages", PRICES.apiGateway.message),
    item("Tracker connections", viewerHours * 60, "minutes", PRICES.apiGateway.connectionMinute),
    item("Tracker function, requests", viewerHours * invocations, "requests", PRICES.lambda.request),
    item("Tracker function, time", viewerHours * gigabyteSeconds, "GB-s", PRICES.lambda.gigabyteSecond),
    item("Tracker table, writes", viewerHours * writes, "units", PRICES.dynamoDb.write),
    item("Tracker table, reads", viewerHours * reads, "units", PRICES.dynamoDb.read),
    item(
      "Tracker metrics",
      viewerHours > 0 ? hours * TRACKER_METRICS : 0,
      "hours",
      PRICES.cloudWatch.metricHour,
    ),
  ];
}

/** What the stack costs in a month in which nobody broadcasts and nobody watches. */
export function estimateIdleMonth(alarms: number): Item[] {
  return [
    item("MediaLive channel, stopped", HOURS_A_MONTH, "hours", PRICES.mediaLive.idleHour),
    item("MediaLive input, unused", HOURS_A_MONTH, "hours", PRICES.mediaLive.idleHour),
    item("CloudWatch alarms", alarms, "alarms", PRICES.cloudWatch.alarmMonth),
    item("Auto-stop's looks at the channel", (HOURS_A_MONTH * 60) / 5, "requests", PRICES.lambda.request),
  ];
}

/** What the channel costs in an hour on the air, before anybody watches. */
export function channelHour(renditions: readonly Rendition[], hasTwoPipelines: boolean): number {
  const nobody = { viewers: 0, hours: 1, megabitsPerSecond: 0, share: 0, renditions, hasTwoPipelines };
  return total(estimate(nobody));
}

export function total(items: readonly Item[]): number {
  return items.reduce((sum, { dollars }) => sum + dollars, 0);
}

function item(what: string, quantity: number, unit: string, price: number): Item {
  return { what, quantity, unit, dollars: quantity * price };
}

function gigabytes(megabitsPerSecond: number, hours: number): number {
  return (megabitsPerSecond * 3600 * hours) / 8 / 1000;
}
