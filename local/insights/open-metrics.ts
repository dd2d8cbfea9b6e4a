/** Writes the figures of a minute as OpenMetrics, for Prometheus and its like (https://openmetrics.io). */

import type { Row } from "../../functions/insights/rows.ts";

interface Metric {
  readonly name: string;
  readonly help: string;
  value(row: Row): number | null;
}

/** Names end with their unit, where they have one. */
const METRICS: readonly Metric[] = [
  metric("viewers", "Viewers at the time", (row) => row.viewers),
  metric(
    "start_seconds_p50",
    "Time to the first frame, of half of the starts at most",
    (row) => row.startSeconds.p50,
  ),
  metric("start_seconds_p95", "The same of 95 %", (row) => row.startSeconds.p95),
  metric("failed_starts", "Sessions that ended without a first frame", (row) => row.failedStarts),
  metric("rebuffering_ratio", "Time rebuffering over time viewed", (row) => row.rebufferingRatio),
  metric("freezes_per_hour", "Freezes in an hour of viewing", (row) => row.freezesAnHour),
  metric("delay_seconds_p50", "Live delay of half of the viewers at most", (row) => row.delaySeconds.p50),
  metric(
    "share_from_peers_ratio",
    "Bytes from peers over all that were received",
    (row) => row.shareFromPeers,
  ),
  metric("from_peers_gigabytes", "Received from peers in the minute", (row) => row.gigabytesFromPeers),
  metric("from_cdn_gigabytes", "Received from the CDN in the minute", (row) => row.gigabytesFromCdn),
];

/** What isn't known is left out. */
export function openMetrics(row: Row | null): string {
  const lines = (row === null ? [] : METRICS).flatMap(({ name, help, value }) => {
    const found = row && value(row);
    if (found === null) return [];
    return [`# TYPE ${name} gauge`, `# HELP ${name} ${help}`, `${name} ${found}`];
  });
  return [...lines, "# EOF", ""].join("\n");
}

function metric(name: string, help: string, value: Metric["value"]): Metric {
  return { name: `shoal_${name}`, help, value };
}
