/** Turns what an edge served and what viewers reported into the figures of a case. */

import type { Fetched } from "./edge.ts";
import type { ViewerReport } from "./viewer-report.ts";

export interface Outcome {
  /** Fetches from the CDN for each segment, averaged. */
  copies: number;
  segments: number;
  stalls: number;
  stalledSeconds: number;
  /** Share of segment bytes that came from peers, over all viewers. */
  shareFromPeers: number;
  /** Longest delay behind the live edge at the end. */
  delaySeconds: number;
}

/**
 * Copies of the segments that were first fetched between `from` and `to` (Date.now()): whole ones, and those
 * broken off, count alike.
 */
export function copiesOf(
  fetched: readonly Fetched[],
  from: number,
  to: number,
): { copies: number; segments: number } {
  const fetches = new Map<string, { first: number; count: number }>();
  for (const { path, at } of fetched) {
    if (!isSegment(path)) continue;
    const seen = fetches.get(path);
    if (seen) seen.count += 1;
    else fetches.set(path, { first: at, count: 1 });
  }
  const inside = [...fetches.values()].filter(({ first }) => first >= from && first <= to);
  const total = inside.reduce((sum, { count }) => sum + count, 0);
  return { copies: inside.length === 0 ? 0 : total / inside.length, segments: inside.length };
}

export function outcomeOf(
  fetched: readonly Fetched[],
  from: number,
  to: number,
  reports: readonly ViewerReport[],
): Outcome {
  const sum = (pick: (report: ViewerReport) => number) =>
    reports.reduce((total, report) => total + pick(report), 0);
  const fromPeers = sum(({ stats }) => stats.segmentsFromPeers);
  const fromCdn = sum(({ stats }) => stats.segmentsFromCdn);
  return {
    ...copiesOf(fetched, from, to),
    stalls: sum(({ stats }) => stats.stalls),
    stalledSeconds: sum(({ stats }) => stats.stalledSeconds),
    shareFromPeers: fromPeers / Math.max(1, fromPeers + fromCdn),
    delaySeconds: Math.max(0, ...reports.map(({ stats }) => stats.delaySeconds ?? 0)),
  };
}

/**
 * Seconds from the first viewer that holds a segment to each other one, for the segments of which the first copy came
 * between `from` and `to` (Date.now()).
 */
export function waysOf(
  reports: readonly Pick<ViewerReport, "segments">[],
  from: number,
  to: number,
): number[] {
  const arrivals = new Map<string, number[]>();
  for (const { rendition, sequence, at } of reports.flatMap(({ segments }) => segments)) {
    const segment = `${pathOf(rendition)} ${sequence}`;
    arrivals.set(segment, [...(arrivals.get(segment) ?? []), at]);
  }
  return [...arrivals.values()].flatMap((times) => {
    const [first = 0, ...others] = times.toSorted((a, b) => a - b);
    return first >= from && first <= to ? others.map((at) => (at - first) / 1000) : [];
  });
}

/** The same for all viewers, whose addresses tell them apart. */
function pathOf(rendition: string): string {
  return new URL(rendition).pathname;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("There is no median of nothing");
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Media segments, and neither playlists nor initialization segments. */
function isSegment(path: string): boolean {
  return /\.(m4s|mp4)(\?|$)/.test(path) && !/init/.test(path);
}
