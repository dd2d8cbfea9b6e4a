/** What viewers' reports cost: docs/decisions/insights-from-a-sample.md. */

import { METRICS } from "../../functions/insights/metrics.ts";
import { type Item, item } from "./item.ts";
import { PRICES } from "./prices.ts";

interface Audience {
  readonly viewers: number;
  readonly hours: number;
}

/** One in four minutes, and a last one: functions/insights/pace.ts. */
const REPORTS_AN_HOUR = 16;
/** However many watch. */
const MOST_REPORTS_A_SECOND = 16;
/** A newcomer asks for the pace three times; who isn't in the sample asks again in place of each report. */
const PACES_AT_FIRST = 3;

/** Memory and time of the function that takes a report, which waits for two writes: assumed. */
const TAKING = { gigabytes: 0.25, seconds: 0.02 };
/** Of the roll-up, each minute: assumed, for the largest sample. */
const ROLL_UP = { gigabytes: 0.5, seconds: 1 };
/** Without reports it asks the table once. */
const IDLE_SECONDS = 0.03;

/** Each minute rolls up the last fifteen, from the reports of twenty; a minute's figures take some 6.5 KB, a report 0.6. */
const MINUTES_WRITTEN = 15;
const MINUTES_READ = 20;
const FIGURES_KILOBYTES = 7;
const REPORT_KILOBYTES = 0.6;
/** Twice an hour the figures of an hour are read, for its sum. */
const FIGURES_SUMMED_AN_HOUR = 2 * 60;

/** Of a read that needn't be consistent: a unit is 8 KB. */
const READ_KILOBYTES = 8;

/** What viewers ask of CloudFront for their reports. */
export function reportRequestsOf(show: Audience): number {
  const { reports, paces } = insightsUsage(show);
  return reports + paces;
}

/** What reports take in a show. */
function insightsUsage({ viewers, hours }: Audience) {
  const viewerHours = viewers * hours;
  const reports = Math.min(viewerHours * REPORTS_AN_HOUR, hours * 3600 * MOST_REPORTS_A_SECOND);
  const paces = viewers * PACES_AT_FIRST + viewerHours * REPORTS_AN_HOUR - reports;
  const counts = Math.min(reports, hours * 3600);
  const minutes = viewers > 0 ? hours * 60 : 0;
  return {
    reports,
    paces,
    gigabyteSeconds:
      reports * TAKING.gigabytes * TAKING.seconds + minutes * ROLL_UP.gigabytes * ROLL_UP.seconds,
    writes: reports + counts + minutes * MINUTES_WRITTEN * FIGURES_KILOBYTES,
    // The pace and SharingGuard's ramp.
    reads:
      2 * counts +
      (minutes * FIGURES_SUMMED_AN_HOUR * FIGURES_KILOBYTES) / 60 / READ_KILOBYTES +
      (reports * MINUTES_READ * REPORT_KILOBYTES) / READ_KILOBYTES,
  };
}

/** One item for each thing that AWS counts, but for CloudFront's part, which is with the rest of that. */
export function insights(show: Audience): Item[] {
  const { reports, gigabyteSeconds, writes, reads } = insightsUsage(show);
  const minutes = show.viewers > 0 ? show.hours * 60 : 0;
  const { lambda, dynamoDb, cloudWatch } = PRICES;
  return [
    item("Insights, functions' requests", reports + minutes, "requests", lambda.request),
    item("Insights, functions' time", gigabyteSeconds, "GB-s", lambda.gigabyteSecond),
    item("Insights, table's writes", writes, "units", dynamoDb.write),
    item("Insights, table's reads", reads, "units", dynamoDb.read),
    item("Insights, metrics", (minutes / 60) * METRICS.length, "hours", cloudWatch.metricHour),
  ];
}

/**
 * Raw reports, where they are kept: objects of ten minutes, written twice, from reports of half an hour each. A row takes
 * less than this there, compressed (functions/insights/raw-reports.test.ts).
 */
const RAW = { objectMinutes: 10, written: 2, minutesRead: 30, rowKilobytes: 0.1 };

/** What keeping them adds to a show, with a month of storage, without what Athena takes for a query ($5 a terabyte). */
export function rawReports(show: Audience): Item[] {
  const { reports } = insightsUsage(show);
  const objects = show.viewers > 0 ? (show.hours * 60) / RAW.objectMinutes : 0;
  const { s3, dynamoDb } = PRICES;
  const reads =
    (reports * RAW.written * RAW.minutesRead * REPORT_KILOBYTES) / RAW.objectMinutes / READ_KILOBYTES;
  return [
    item("Raw reports, table's reads", reads, "units", dynamoDb.read),
    item("Raw reports, objects", objects * RAW.written, "requests", s3.put),
    item("Raw reports, storage", (reports * RAW.rowKilobytes) / 1e6, "GB-months", s3.gigabyteMonth),
  ];
}

/** What the roll-up takes in a month in which nobody watches. */
export function idleInsights(hours: number): Item[] {
  const minutes = hours * 60;
  const { lambda, dynamoDb } = PRICES;
  return [
    item("The roll-up's looks at an empty table", minutes, "requests", lambda.request),
    item("… and their time", minutes * ROLL_UP.gigabytes * IDLE_SECONDS, "GB-s", lambda.gigabyteSecond),
    // The reports that there aren't, and SharingGuard's ramp, which the channel's health asks for as well.
    item("… and their reads", (3 * minutes) / 2, "units", dynamoDb.read),
  ];
}
