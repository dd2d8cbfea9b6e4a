/** Makes the figures of a minute from viewers' reports: sums and sketches that add up to those of an hour or a year. */

import { type Clusters, clustersOf, watchedSums } from "./clusters.ts";
import { type Distinct, distinctOf } from "./distinct.ts";
import { type KeptReport, minuteOf } from "./kept-report.ts";
import { REPORT_SECONDS } from "./pace.ts";
import { type Quantiles, withValue } from "./quantiles.ts";
import { COUNT_NAMES, type Counts } from "./report-shape.ts";
import { type Stretch, stretchesOf } from "./stretches.ts";
import { isAsked, sharesIn } from "./viewer-share.ts";

export const DIMENSIONS = ["country", "network", "browser", "device", "player", "rendition"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Of a sample, not yet of the audience. */
export interface Figures {
  /** Since the epoch. */
  readonly minute: number;
  /** The part of the audience that the sample is. */
  readonly probability: number;
  /** Who was there in the middle of the minute. */
  readonly viewers: number;
  readonly distinct: Distinct;
  readonly counts: Counts;
  /** Milliseconds to the first frame, of sessions that began in this minute. */
  readonly starts: Quantiles;
  readonly delays: Quantiles;
  /** Sessions that ended without a first frame. */
  readonly failedStarts: number;
  /** How often each kind of error kept a stream from playing. */
  readonly errors: Readonly<Record<string, number>>;
  /** Reports from viewers for whom sharing is paused, because it harmed their playback. */
  readonly guarded: number;
  readonly by: Readonly<Record<Dimension, Readonly<Record<string, Counts>>>>;
  /** Of those who share and of the control group; figures of before have none. */
  readonly clusters?: Clusters;
}

/** Of each dimension a minute keeps the values that were watched most; the others are one. */
const MOST_VALUES = 20;
const OTHERS = "others";
/** Of who plays none. */
export const NO_RENDITION = "none";

/** A viewer who said nothing of an end is there until its next report is overdue. */
const PRESENT_MS = (REPORT_SECONDS + 60) * 1000;

const MINUTE_MS = 60_000;

/**
 * The figures of each minute from the first to the last, without those in which nobody watched. Reports of the minutes
 * before and after are needed as well. The same reports make the same figures, in whatever order and however often.
 */
export function figuresOf(reports: readonly KeptReport[], first: number, last: number): Figures[] {
  const sessions = stretchesOf(reports);
  const minutes = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
  return minutes.flatMap((minute) => minuteFigures(sessions, minute) ?? []);
}

function minuteFigures(sessions: readonly Stretch[][], minute: number): Figures | null {
  const [start, end] = [minute * MINUTE_MS, (minute + 1) * MINUTE_MS];
  const all = sessions.flat().filter(({ from, to }) => from < end && to >= start);
  const present = sessions.filter((session) =>
    session.some((stretch) => isPresent(stretch, start + MINUTE_MS / 2)),
  );
  if (all.length === 0 && present.length === 0) return null;
  // Everybody answers to the lowest probability of the minute, whichever each knew.
  const told = [...all, ...present.flat()].map(({ report }) => report.probability);
  const probability = Math.min(...told);
  const inSample = (found: readonly Stretch[]) => found.flatMap((stretch) => counted(stretch, probability));
  const stretches = inSample(all);
  const parts = stretches.map((stretch) => ({ stretch, counts: partOf(stretch, start, end) }));
  const ended = stretches.filter(({ to }) => minuteOf(to) === minute);
  const began = stretches.filter(({ report }) => minuteOf(report.from.at) === minute);
  return {
    minute,
    probability,
    viewers: inSample(present.flatMap((session) => session.slice(0, 1))).length,
    distinct: distinctOf(
      all.flatMap(({ report }) => sharesIn(report, probability)),
      probability,
    ),
    counts: sumOf(parts.map(({ counts }) => counts)),
    starts: quantilesOf(began.map(({ startMs }) => startMs)),
    delays: quantilesOf(ended.map(({ report }) => report.delayMs)),
    failedStarts: ended.filter(hasFailed).length,
    errors: countsOf(ended.flatMap(({ errors }) => errors)),
    guarded: ended.filter(({ report }) => report.guard !== "none").length,
    by: Object.fromEntries(
      DIMENSIONS.map((dimension) => [
        dimension,
        most(Map.groupBy(parts, ({ stretch }) => wordOf(stretch, dimension))),
      ]),
    ) as Figures["by"],
    clusters: clustersOf([
      ...parts.map(({ stretch, counts }) => ({ ...ownerOf(stretch), sums: watchedSums(counts) })),
      ...began.flatMap(({ startMs, ...stretch }) =>
        startMs === null ? [] : [{ ...ownerOf(stretch), sums: { starts: 1, startMs } }],
      ),
      ...ended.filter(hasFailed).map((stretch) => ({ ...ownerOf(stretch), sums: { failedStarts: 1 } })),
      ...ended.flatMap(({ report }) =>
        report.delayMs === null
          ? []
          : [{ ...ownerOf({ report }), sums: { delays: 1, delayMs: report.delayMs } }],
      ),
    ]),
  };
}

function ownerOf({ report: { group, viewer } }: Pick<Stretch, "report">) {
  return { group, viewer };
}

/** A stretch as often as it counts in a sample of this probability. */
function counted(stretch: Stretch, probability: number): Stretch[] {
  const { viewer, standsFor } = stretch.report;
  return isAsked(viewer, probability / standsFor) ? Array.from({ length: standsFor }, () => stretch) : [];
}

function isPresent({ from, to, report }: Stretch, at: number): boolean {
  return from <= at && at < (report.isLast ? to : to + PRESENT_MS);
}

/** It ended, or met an error, before anything was seen. */
export function hasFailed({ hasErred, report: { isLast, to } }: Stretch): boolean {
  return to.watchedMs === 0 && isLast && hasErred;
}

/** What of a stretch belongs to a minute, as if it had been counted evenly. */
function partOf({ from, to, counted }: Stretch, start: number, end: number): Counts {
  const part = to === from ? 1 : (Math.min(to, end) - Math.max(from, start)) / (to - from);
  return mapped((name) => counted[name] * part);
}

export function sumOf(all: readonly Counts[]): Counts {
  return mapped((name) => all.reduce((sum, counts) => sum + counts[name], 0));
}

/** Rounded to thousandths, since figures are written down. */
function mapped(count: (name: keyof Counts) => number): Counts {
  const entries = COUNT_NAMES.map((name) => [name, Math.round(count(name) * 1000) / 1000]);
  return Object.fromEntries(entries) as unknown as Counts;
}

function quantilesOf(values: readonly (number | null)[]): Quantiles {
  return values.reduce<Quantiles>((all, value) => (value === null ? all : withValue(all, value)), {});
}

function countsOf(words: readonly string[]): Record<string, number> {
  const groups = [...Map.groupBy(words, (word) => word)];
  return heaviest(
    groups.map(([word, { length }]) => ({ word, weight: length, value: length })),
    total,
  );
}

type Part = { readonly stretch: Stretch; readonly counts: Counts };

function most(groups: ReadonlyMap<string, readonly Part[]>): Record<string, Counts> {
  const sums = [...groups].map(([word, parts]) => ({
    word,
    value: sumOf(parts.map(({ counts }) => counts)),
  }));
  return heaviest(
    sums.map((each) => ({ ...each, weight: each.value.watchedMs })),
    sumOf,
  );
}

/** The heaviest values by their words, and the sum of all others, however many there are. */
export function heaviest<T>(
  values: readonly { readonly word: string; readonly weight: number; readonly value: T }[],
  sum: (values: readonly T[]) => T,
): Record<string, T> {
  const sorted = values.toSorted((one, other) => other.weight - one.weight);
  // Viewers may call something "others" as well.
  const named = sorted.filter(({ word }) => word !== OTHERS).slice(0, MOST_VALUES);
  const others = sorted.filter((each) => !named.includes(each)).map(({ value }) => value);
  const kept = named.map(({ word, value }) => [word, value] as const);
  return Object.fromEntries(others.length > 0 ? [...kept, [OTHERS, sum(others)]] : kept);
}

export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function wordOf({ report }: Stretch, dimension: Dimension): string {
  if (dimension === "player") return report.player;
  if (dimension !== "rendition") return report.where[dimension];
  return report.kilobitsPerSecond === null ? NO_RENDITION : `${report.kilobitsPerSecond} kbit/s`;
}
