/** Estimates what a show costs, item by item, from its audience and the price table. */

import { idleInsights, insights, reportRequestsOf } from "./insights.ts";
import { type Item, item } from "./item.ts";
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
  readonly hasOriginShield: boolean;
}

export const AUDIO_MEGABITS_PER_SECOND = 0.128;
const SEGMENT_SECONDS = 2;
/** Video and audio have segments and a playlist each; the playlist is requested once a segment. */
const STREAMS = 2;
/** A ticket lasts for 15 minutes, and is renewed when half of that has passed. */
const TICKETS_AN_HOUR = 8;
/** A page asks what the event says every 6 to 7 s, for as long as it is looked at (web/event/event-feed.ts). */
const EVENTS_AN_HOUR = 3600 / 6.5;
/** How often each cache asks the site for it: it keeps an answer for two seconds. */
const EVENT_SECONDS = 2;
const HOURS_A_MONTH = 730;
/**
 * CloudFront's regional edge caches between the edges and the origin, as an audience of two continents uses them: an
 * assumption. There are 13 in the world.
 */
const REGIONAL_CACHES = 5;
/** How often a cache asks again for a playlist: MediaPackage lets it live for half a segment. */
const PLAYLIST_SECONDS = SEGMENT_SECONDS / 2;
const TRACKER_MEMORY_GIGABYTES = 0.25;

/**
 * What a viewer who shares costs the tracker in an hour: `npm run bench -- price`, with two swarms a viewer (video and
 * audio) and a mean stay of 60 minutes. The 30 ms of Lambda for each invocation are that benchmark's assumption too.
 */
const TRACKER_USE = { messages: 123, invocations: 50, secondsEach: 0.03, writes: 22, reads: 70.4 };
/**
 * What signatures take (docs/decisions/one-signature-document.md). Of a document: bytes of each rendition's trailer, by
 * the laptop's; bytes of CloudFront's headers; the signer's memory and time, with MediaPackage in the same region. The
 * last two are assumed.
 */
const SIGNATURES = { trailerBytes: 350, headerBytes: 500, gigabytes: 1, seconds: 0.25 };

/** The site function's memory, and the time that it is assumed to wait for the table. */
const SITE = { gigabytes: 0.25, seconds: 0.03 };

/** Two requests to MediaLive and one to DynamoDB, each assumed to take 50 ms at most. */
const LOOK_GIGABYTE_SECONDS = 0.25 * 0.15;

/** functions/channel/health/input-cloudwatch.ts. Up to five statistics of a metric count once. */
const HEALTH_METRICS = { ofPipeline: 8, shared: 2 };

/** Counts and latencies that the tracker prints: functions/tracker/metrics.ts. */
const TRACKER_METRICS = 18;

/** Without free tiers, volume discounts, and the bytes of playlists, which are small. */
export function estimate(show: Show): Item[] {
  return [
    ...encoding(show),
    ...judging(show),
    ...packaging(show),
    ...delivery(show),
    ...signing(show),
    ...eventPage(show),
    ...matching(show),
    ...insights(show),
  ];
}

function encoding({ hours, renditions, hasTwoPipelines }: Show): Item[] {
  const { inputHour, hdOutputHour, sdOutputHour, audioOutputHour, standardFactor } = PRICES.mediaLive;
  const channelHours = hours * (hasTwoPipelines ? standardFactor : 1);
  const hd = renditions.filter(({ height }) => height >= 720).length;
  const sd = renditions.length - hd;
  return [
    item("MediaLive input", channelHours, "hours", inputHour),
    item("MediaLive outputs of 720p and more", channelHours * hd, "hours", hdOutputHour),
    item("MediaLive outputs below 720p", channelHours * sd, "hours", sdOutputHour),
    item("MediaLive output of audio", channelHours, "hours", audioOutputHour),
  ];
}

/** Stream health is judged every minute, by the metrics of each pipeline, of the packager and of the edge. */
function judging({ hours, hasTwoPipelines }: Show): Item[] {
  const metrics = HEALTH_METRICS.ofPipeline * (hasTwoPipelines ? 2 : 1) + HEALTH_METRICS.shared;
  return [
    item(
      "CloudWatch metrics, read for stream health",
      hours * 60 * metrics,
      "metrics",
      PRICES.cloudWatch.metricRead,
    ),
  ];
}

function packaging({ hours, renditions, hasTwoPipelines, hasOriginShield, viewers }: Show): Item[] {
  const { ingestGigabyte, packagingGigabyte } = PRICES.mediaPackage;
  const megabits = renditions.reduce((sum, each) => sum + each.megabitsPerSecond, AUDIO_MEGABITS_PER_SECOND);
  const made = gigabytes(megabits, hours);
  return [
    item("MediaPackage ingest", made * (hasTwoPipelines ? 2 : 1), "GB", ingestGigabyte),
    // Each cache that asks MediaPackage fetches a segment once, however many watch: with Origin Shield there is one.
    item(
      "MediaPackage packaging",
      made * Math.min(viewers, hasOriginShield ? 1 : REGIONAL_CACHES),
      "GB",
      packagingGigabyte,
    ),
  ];
}

/**
 * What viewers ask of CloudFront, which is what a flat-rate plan counts. The few requests for the page, and eight an hour
 * for tickets, are left out there.
 */
export function usage(show: Show) {
  const { viewers, hours, megabitsPerSecond, share } = show;
  const viewerHours = viewers * hours;
  const segments = (viewerHours * STREAMS * 3600) / SEGMENT_SECONDS;
  return {
    gigabytes: gigabytes(megabitsPerSecond, viewerHours) * (1 - share),
    segmentRequests: segments * (1 - share),
    playlistRequests: segments,
    ticketRequests: viewerHours * TICKETS_AN_HOUR,
    eventRequests: viewerHours * EVENTS_AN_HOUR,
    reportRequests: reportRequestsOf(show),
    ...signatureUsage(show),
  };
}

/** What CloudFront charges without a plan. */
export function delivery(show: Show): Item[] {
  const { gigabyte, request, originShieldRequest, functionRun } = PRICES.cloudFront;
  const used = usage(show);
  const { gigabytes, segmentRequests, playlistRequests, ticketRequests, eventRequests } = used;
  const { signatureRequests, signatureGigabytes, reportRequests } = used;
  const met =
    segmentRequests + playlistRequests + ticketRequests + eventRequests + reportRequests + signatureRequests;
  const signatureMisses = show.hasOriginShield ? signatureDocuments(show) * REGIONAL_CACHES : 0;
  return [
    item("CloudFront traffic", gigabytes, "GB", gigabyte),
    item("CloudFront requests for segments", segmentRequests, "requests", request),
    item("CloudFront requests for playlists", playlistRequests, "requests", request),
    item("CloudFront requests for tickets", ticketRequests, "requests", request),
    item("CloudFront requests for the event", eventRequests, "requests", request),
    item("CloudFront requests for reports", reportRequests, "requests", request),
    item("CloudFront function at the edge", met, "runs", functionRun),
    item("CloudFront requests to Origin Shield", shieldRequests(show), "requests", originShieldRequest),
    item("Signatures, requests to CloudFront", signatureRequests, "requests", request),
    item("Signatures, traffic", signatureGigabytes, "GB", gigabyte),
    item("Signatures, Origin Shield", signatureMisses, "requests", originShieldRequest),
  ];
}

/** The site answers each regional cache, but never more often than viewers ask; each time it reads two items. */
function eventPage(show: Show): Item[] {
  const { eventRequests } = usage(show);
  const answers = Math.min(eventRequests, (REGIONAL_CACHES * show.hours * 3600) / EVENT_SECONDS);
  const gigabyteSeconds = answers * SITE.seconds * SITE.gigabytes;
  return [
    item("Event page, function's requests", answers, "requests", PRICES.lambda.request),
    item("Event page, function's time", gigabyteSeconds, "GB-s", PRICES.lambda.gigabyteSecond),
    item("Event page, table's reads", answers * 2, "units", PRICES.dynamoDb.read),
  ];
}

/** Each regional cache asks for every rendition, but never for more than its viewers do. */
function shieldRequests(show: Show): number {
  if (!show.hasOriginShield) return 0;
  const { segmentRequests, playlistRequests } = usage(show);
  const streams = show.renditions.length + 1;
  const most = REGIONAL_CACHES * show.hours * 3600 * streams * (1 / SEGMENT_SECONDS + 1 / PLAYLIST_SECONDS);
  return Math.min(segmentRequests + playlistRequests, most);
}

/** How many documents of signatures the show has: one for each segment's number, if anybody shares. */
function signatureDocuments({ viewers, hours, share }: Show): number {
  return share > 0 && viewers > 0 ? (hours * 3600) / SEGMENT_SECONDS : 0;
}

/**
 * A viewer that fetches a number's segments from the CDN asks once for their signatures, whether it fetches video, audio
 * or both: one viewer is elected for both. As if every copy that isn't from a peer needed them, though a viewer who
 * shares nothing or sees nobody asks for none.
 */
function signatureUsage(show: Show) {
  const signatureRequests = signatureDocuments(show) * show.viewers * (1 - show.share);
  const bytes = (show.renditions.length + 1) * SIGNATURES.trailerBytes + SIGNATURES.headerBytes;
  return { signatureRequests, signatureGigabytes: (signatureRequests * bytes) / 1e9 };
}

/** Without Origin Shield each regional cache has its documents made for itself. */
function signing(show: Show): Item[] {
  const { hours, renditions, hasOriginShield } = show;
  const made = signatureDocuments(show) * (hasOriginShield ? 1 : REGIONAL_CACHES);
  const megabits = renditions.reduce((sum, each) => sum + each.megabitsPerSecond, AUDIO_MEGABITS_PER_SECOND);
  return [
    item(
      "Signatures, segments read from MediaPackage",
      made > 0 ? gigabytes(megabits, hours) * (hasOriginShield ? 1 : REGIONAL_CACHES) : 0,
      "GB",
      PRICES.mediaPackage.packagingGigabyte,
    ),
    item("Signer function, requests", made, "requests", PRICES.lambda.request),
    item(
      "Signer function, time",
      made * SIGNATURES.seconds * SIGNATURES.gigabytes,
      "GB-s",
      PRICES.lambda.gigabyteSecond,
    ),
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

/** What the stack costs in a month in which nobody broadcasts and nobody watches, by the metrics that alarms read. */
export function estimateIdleMonth(alarmMetrics: number): Item[] {
  return [
    item("MediaLive channel, stopped", HOURS_A_MONTH, "hours", PRICES.mediaLive.idleHour),
    item("MediaLive input, unused", HOURS_A_MONTH, "hours", PRICES.mediaLive.idleHour),
    item("CloudWatch alarms", alarmMetrics, "metrics", PRICES.cloudWatch.alarmMetricMonth),
    item("Auto-stop's looks at the channel", (HOURS_A_MONTH * 60) / 5, "requests", PRICES.lambda.request),
    item("The event page's looks at the channel", HOURS_A_MONTH * 60, "requests", PRICES.lambda.request),
    item(
      "… and their time",
      HOURS_A_MONTH * 60 * LOOK_GIGABYTE_SECONDS,
      "GB-s",
      PRICES.lambda.gigabyteSecond,
    ),
    // They read an item or two, which takes no longer than the looks.
    item("The studio's plans", HOURS_A_MONTH * 60, "requests", PRICES.lambda.request),
    item(
      "… and their time",
      HOURS_A_MONTH * 60 * LOOK_GIGABYTE_SECONDS,
      "GB-s",
      PRICES.lambda.gigabyteSecond,
    ),
    // Reads three items: health, broadcast, and the webhook's queue.
    item("Stream health's looks at the channel", HOURS_A_MONTH * 60, "requests", PRICES.lambda.request),
    item(
      "… and their time",
      HOURS_A_MONTH * 60 * LOOK_GIGABYTE_SECONDS,
      "GB-s",
      PRICES.lambda.gigabyteSecond,
    ),
    item("… and their reads", HOURS_A_MONTH * 60 * 3, "units", PRICES.dynamoDb.read),
    ...idleInsights(HOURS_A_MONTH),
  ];
}

/** What the channel costs in an hour on the air, before anybody watches. */
export function channelHour(renditions: readonly Rendition[], hasTwoPipelines: boolean): number {
  const nobody = { viewers: 0, hours: 1, megabitsPerSecond: 0, share: 0, hasOriginShield: true };
  return total(estimate({ ...nobody, renditions, hasTwoPipelines }));
}

export function total(items: readonly Item[]): number {
  return items.reduce((sum, { dollars }) => sum + dollars, 0);
}

function gigabytes(megabitsPerSecond: number, hours: number): number {
  return (megabitsPerSecond * 3600 * hours) / 8 / 1000;
}
