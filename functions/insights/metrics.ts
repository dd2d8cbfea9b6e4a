/** The figures of a minute as metrics, named alike for Prometheus on one machine and for CloudWatch. */

import type { Row } from "./rows.ts";

interface Metric {
  /** In OpenMetrics, behind `shoal_`: words, then the unit where there is one. */
  readonly name: string;
  /** In CloudWatch: the same words. */
  readonly cloudWatchName: string;
  readonly unit: "Count" | "Seconds" | "None";
  readonly help: string;
  /** Null where it isn't known. */
  value(row: Row, sharingRamp: number): number | null;
}

/** CloudWatch charges for each: docs/decisions/metrics-named-alike.md. */
export const METRICS: readonly Metric[] = [
  metric("viewers", "Count", "Viewers at the time", (row) => row.viewers),
  metric(
    "start_seconds_p50",
    "Seconds",
    "Time to the first frame, of half of the starts at most",
    (row) => row.startSeconds.p50,
  ),
  metric("start_seconds_p95", "Seconds", "The same of 95 %", (row) => row.startSeconds.p95),
  metric("failed_starts", "Count", "Sessions that ended without a first frame", (row) => row.failedStarts),
  metric("rebuffering_ratio", "None", "Time rebuffering over time viewed", (row) => row.rebufferingRatio),
  metric("freezes_per_hour", "Count", "Freezes in an hour of viewing", (row) => row.freezesAnHour),
  metric(
    "delay_seconds_p95",
    "Seconds",
    "Live delay of 95 % of the viewers at most",
    (row) => row.delaySeconds.p95,
  ),
  metric(
    "share_from_peers_ratio",
    "None",
    "Bytes from peers over all that were received",
    (row) => row.shareFromPeers,
  ),
  metric("copies_from_cdn", "Count", "How often each segment left the CDN", (row) => row.copiesFromCdn),
  metric(
    "sharing_ramp",
    "None",
    "The part of the viewers whom SharingGuard lets share",
    (_, sharingRamp) => sharingRamp,
  ),
];

/**
 * A minute is told once, although it is rolled up fifteen times: five minutes after its end, when everybody who was there
 * has reported, or is late.
 */
const SETTLED_MINUTES = 6;

/** Of the figures of the last minutes, those to tell now; none when nobody watched. */
export function settledOf<T extends { readonly minute: number }>(
  figures: readonly T[],
  nowMinute: number,
): T | undefined {
  return figures.find(({ minute }) => minute === nowMinute - SETTLED_MINUTES);
}

/**
 * A line in CloudWatch's embedded metric format, with the minute's own time. Told twice it changes nothing but sums, which
 * mean nothing of these.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLine(row: Row, sharingRamp: number, functionName: string): string {
  const told = METRICS.flatMap(({ cloudWatchName, unit, value }) => {
    const found = value(row, sharingRamp);
    return found === null ? [] : [{ cloudWatchName, unit, found }];
  });
  const Metrics = told.map(({ cloudWatchName, unit }) => ({ Name: cloudWatchName, Unit: unit }));
  return JSON.stringify({
    _aws: {
      Timestamp: row.minute * 60_000,
      CloudWatchMetrics: [{ Namespace: "Shoal/Insights", Dimensions: [["FunctionName"]], Metrics }],
    },
    FunctionName: functionName,
    ...Object.fromEntries(told.map(({ cloudWatchName, found }) => [cloudWatchName, found])),
  });
}

function metric(name: string, unit: Metric["unit"], help: string, value: Metric["value"]): Metric {
  const words = name.split("_").map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return { name, cloudWatchName: words.join(""), unit, help, value };
}
