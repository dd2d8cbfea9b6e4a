/** From everything that was seen in a run to what the table says. */

import { percentile } from "../measurement.ts";
import type { Fetched } from "../swarm/edge.ts";
import { median } from "../swarm/measure.ts";
import { freezesIn, playedShare, type Span } from "./freezes.ts";
import type { PipeCounters } from "./line-rows.ts";
import type { MachineUse } from "./machine.ts";
import type { PingCount } from "./ping.ts";
import type { ViewerReport } from "./viewer-report.ts";

export interface Visit {
  readonly home: number;
  /** In the order of entering; a home that comes again gets another. */
  readonly number: number;
  /** When the page was asked for. */
  readonly openedAt: number;
  /** null for who was there until the end. */
  readonly leftAt: number | null;
  /** null if the page hadn't loaded yet. */
  readonly report: ViewerReport | null;
}

export interface RunRecord {
  readonly span: Span;
  readonly visits: readonly Visit[];
  readonly fetched: readonly Fetched[];
  /** When each segment was first listed in a playlist that a viewer got. */
  readonly listedAt: readonly (readonly [path: string, at: number])[];
  readonly pipes: Readonly<Record<string, PipeCounters>>;
  /** From each home to the server. */
  readonly pings: readonly PingCount[];
  readonly machine: MachineUse;
}

export interface Outcome {
  /** Bytes asked of the CDN over bytes of the stream, for segments first fetched in the span. */
  readonly copies: number;
  /** Of all viewers together. */
  readonly freezes: number;
  readonly freezeSeconds: number;
  /** Of these, those in which a player had run dry. */
  readonly starvedSeconds: number;
  readonly viewersThatFroze: number;
  /** Of the worst home. */
  readonly pingP95Ms: number;
  readonly pingMedianMs: number;
  /** Share of the worst home's pings that were never answered, 0 to 1. */
  readonly pingsLost: number;
  /** From the session's start, of the slowest viewer; null if one never saw any. */
  readonly firstFrameSeconds: number | null;
  /** From opening the page, which has to be loaded over the same line. */
  readonly firstFrameFromOpeningSeconds: number | null;
  /** Behind the live edge at the end, of the last viewer. */
  readonly delaySeconds: number;
  /** Of the viewer that saw the least. */
  readonly playedShare: number;
  readonly shareFromPeers: number;
  /** From a segment's first listing to its first fetch. */
  readonly medianWaitSeconds: number;
  /** The machine's. */
  readonly busy: number;
  readonly loadAverage: number;
  /** Of a page's thread, and of the emulator: what the machine added. */
  readonly longestHangMs: number;
  readonly emulatorLateMs: number;
}

export function outcomeOf(record: RunRecord): Outcome {
  const { span, visits, fetched, pings, pipes, machine } = record;
  const reports = visits.flatMap(({ report }) => report ?? []);
  const freezes = visits.map(({ report, leftAt }) =>
    freezesIn(
      report?.frames ?? [],
      report?.samples ?? [],
      leftAt === null ? span : { ...span, to: Math.min(span.to, leftAt) },
    ),
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const fromPeers = sum(reports.map(({ stats }) => stats.bytesFromPeers));
  const fromCdn = sum(reports.map(({ stats }) => stats.bytesFromCdn));
  return {
    copies: copiesOf(fetched, span),
    freezes: sum(freezes.map(({ count }) => count)),
    freezeSeconds: sum(freezes.map(({ seconds }) => seconds)),
    starvedSeconds: sum(freezes.map(({ starvedSeconds }) => starvedSeconds)),
    viewersThatFroze: freezes.filter(({ count }) => count > 0).length,
    pingP95Ms: Math.max(...pings.filter(({ ms }) => ms.length > 0).map(({ ms }) => percentile(ms, 0.95))),
    pingMedianMs: medianOr(pings.flatMap(({ ms }) => ms)),
    pingsLost: Math.max(0, ...pings.map(({ ms, lost }) => lost / Math.max(1, ms.length + lost))),
    firstFrameSeconds: slowest(visits.map(({ report }) => report?.stats.firstFrameSeconds ?? null)),
    firstFrameFromOpeningSeconds: slowest(
      visits.map(({ report, openedAt }) => secondsBetween(openedAt, report?.frames[0])),
    ),
    delaySeconds: Math.max(0, ...reports.map(({ stats }) => stats.delaySeconds ?? 0)),
    playedShare: Math.min(1, ...reports.map(({ samples }) => playedShare(samples, span))),
    shareFromPeers: fromPeers / Math.max(1, fromPeers + fromCdn),
    medianWaitSeconds: medianOr(waitsOf(record)),
    busy: machine.busy,
    loadAverage: machine.loadAverage,
    longestHangMs: Math.max(0, ...reports.map(({ longestHangMs }) => longestHangMs)),
    emulatorLateMs: Math.max(0, ...Object.values(pipes).map((pipe) => pipe.largestLatenessMs)),
  };
}

/** By bytes, since a segment of video weighs twenty of audio. A fetch that was broken off counts whole. */
function copiesOf(fetched: readonly Fetched[], { from, to }: Span): number {
  const segments = new Map<string, { firstAt: number; size: number; bytes: number }>();
  for (const { path, at, bytes } of fetched.filter((fetch) => fetch.path.endsWith(".m4s"))) {
    const seen = segments.get(path) ?? { firstAt: at, size: 0, bytes: 0 };
    segments.set(path, { ...seen, size: Math.max(seen.size, bytes), bytes: seen.bytes + bytes });
  }
  const inside = [...segments.values()].filter(({ firstAt }) => firstAt >= from && firstAt <= to);
  const sum = (pick: (segment: (typeof inside)[number]) => number) =>
    inside.reduce((total, segment) => total + pick(segment), 0);
  return (
    sum(({ bytes }) => bytes) /
    Math.max(
      1,
      sum(({ size }) => size),
    )
  );
}

/** Seconds from the first listing of each segment to its first fetch, for segments listed in the span. */
function waitsOf({ fetched, listedAt, span }: RunRecord): number[] {
  return listedAt.flatMap(([path, at]) => {
    const first = fetched.find((fetch) => fetch.path === path);
    return first && at >= span.from && at <= span.to ? [(first.at - at) / 1000] : [];
  });
}

function secondsBetween(from: number, to: number | undefined): number | null {
  return to === undefined ? null : (to - from) / 1000;
}

/** Never is slower than anything. */
function slowest(seconds: readonly (number | null)[]): number | null {
  const known = seconds.filter((value) => value !== null);
  return known.length < seconds.length ? null : Math.max(0, ...known);
}

function medianOr(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : median(values);
}
