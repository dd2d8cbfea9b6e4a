/** A row for each visit of one run: what a scenario's row in the results comes from. */

import { percentile } from "../measurement.ts";
import { freezesIn } from "./freezes.ts";
import type { RunRecord, Visit } from "./outcome.ts";
import { bytesUsedFromPeers, segmentSizes, withoutViewer } from "./peer-bytes.ts";
import type { ViewerReport } from "./viewer-report.ts";

const HEADINGS = [
  "home",
  "freezes",
  "buffer",
  "delay",
  "fetches (first, broken off)",
  "a fetch",
  "from the CDN",
  "from peers (unused)",
  "to peers",
  "ping p50, p95 (lost)",
];

/** Bytes are those of the whole visit, all else is of the time that was measured. */
export function visitTable(record: RunRecord): string {
  const sizes = segmentSizes(record);
  const firstBy = firstFetchers(record);
  const rows = record.visits.map((visit) => cellsOf(visit, record, sizes, firstBy));
  return [HEADINGS, HEADINGS.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cellsOf(
  visit: Visit,
  record: RunRecord,
  sizes: ReadonlyMap<string, number>,
  firstBy: ReadonlyMap<string, number>,
): string[] {
  const { home, number, leftAt, report } = visit;
  if (!report) return [`${home}`, "the page never loaded", ...HEADINGS.slice(2).map(() => "")];
  const span = { ...record.span, to: Math.min(record.span.to, leftAt ?? record.span.to) };
  const isInside = ({ at }: { at: number }) => at >= span.from && at <= span.to;
  const freezes = freezesIn(report.frames, report.samples, span);
  const fetches = report.fetches.filter(isInside);
  const whole = fetches.filter(({ bytes }) => bytes > 0);
  const firsts = fetches.filter(({ path }) => firstBy.get(withoutViewer(path)) === number);
  const buffers = report.samples.filter(isInside).map(({ bufferSeconds }) => bufferSeconds);
  const ping = record.pings[home];
  const { stats } = report;
  const unused = 1 - bytesUsedFromPeers(report, sizes) / Math.max(1, stats.bytesFromPeers);
  return [
    `${home}`,
    freezes.count === 0 ? "none" : `${freezes.count}, ${freezes.seconds.toFixed(1)} s`,
    `${percentile(buffers, 0.5).toFixed(1)} s`,
    `${(stats.delaySeconds ?? 0).toFixed(1)} s`,
    `${fetches.length} (${firsts.length}, ${fetches.length - whole.length})`,
    whole.length === 0 ? "" : `${percentile(secondsOf(whole), 0.5).toFixed(1)} s`,
    megabytes(stats.bytesFromCdn),
    `${megabytes(stats.bytesFromPeers)} (${stats.bytesFromPeers === 0 ? 0 : Math.round(100 * unused)} %)`,
    megabytes(stats.bytesToPeers),
    ping && ping.ms.length > 0
      ? `${Math.round(percentile(ping.ms, 0.5))}, ${Math.round(percentile(ping.ms, 0.95))} ms (${ping.lost})`
      : "",
  ];
}

/** How long the fetches of video took, which are those of the larger half. */
function secondsOf(fetches: ViewerReport["fetches"]): number[] {
  const largest = Math.max(...fetches.map(({ bytes }) => bytes));
  return fetches.filter(({ bytes }) => bytes > largest / 2).map(({ seconds }) => seconds);
}

/** Who was the first to fetch each segment, by number. */
function firstFetchers({ fetched }: RunRecord): Map<string, number> {
  // Of two entries with one key, a map keeps the later.
  return new Map(fetched.toReversed().map(({ path, viewer }) => [path, viewer]));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
