/** What is shown of figures: estimates for the whole audience from its sample, by the field's definitions. */

import { type Comparison, comparisonOf } from "./comparison.ts";
import { estimateDistinct, mergedDistinct } from "./distinct.ts";
import { DIMENSIONS, type Dimension, type Figures, heaviest, NO_RENDITION, sumOf, total } from "./figures.ts";
import { countIn, mergedQuantiles, quantile } from "./quantiles.ts";
import type { GuardNotice } from "./ramp-words.ts";
import type { Counts } from "./report-shape.ts";

/** Of a minute, or of many. Numbers are of the audience, estimated where only a part of it reports. */
export interface Row {
  /** The first minute, since the epoch. */
  readonly minute: number;
  /** Viewers at one time: in the minute, and of many minutes the most. */
  readonly viewers: number;
  /** The standard error of that; 0 where all report. */
  readonly viewersError: number;
  readonly distinctViewers: number;
  readonly distinctViewersError: number;
  readonly hoursWatched: number;
  /** From the wish to play to the first frame (Mux's video startup time). */
  readonly startSeconds: { readonly p50: number | null; readonly p95: number | null };
  readonly starts: number;
  readonly failedStarts: number;
  /** Time rebuffering over time viewed, which includes it (Mux's rebuffer percentage, as a part of 1). */
  readonly rebufferingRatio: number;
  readonly stallsAnHour: number;
  readonly freezesAnHour: number;
  readonly droppedFramesAnHour: number;
  readonly delaySeconds: { readonly p50: number | null; readonly p95: number | null };
  /** Bytes from peers over all that were received (Microsoft's eCDN efficiency). */
  readonly shareFromPeers: number;
  readonly gigabytesFromPeers: number;
  readonly gigabytesFromCdn: number;
  /** How often each segment left the CDN: without sharing, once for each viewer of its rendition. */
  readonly copiesFromCdn: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Reports of viewers for whom sharing is paused. */
  readonly guarded: number;
}

/** A value of a dimension. */
type Slice = Pick<Row, "hoursWatched" | "rebufferingRatio" | "freezesAnHour" | "shareFromPeers"> & {
  readonly value: string;
};

export interface Insights {
  readonly minutes: readonly Row[];
  /** Null when nobody watched. */
  readonly all: Row | null;
  readonly by: Readonly<Record<Dimension, readonly Slice[]>>;
  readonly comparison: Comparison;
}

/** With what holds now, whichever minutes are looked at. */
export interface ShownInsights extends Insights {
  /** What SharingGuard minds. */
  readonly guard: GuardNotice | null;
}

const HOUR_MS = 3_600_000;

export function insightsOf(figures: readonly Figures[]): Insights {
  const minutes = figures.map((each) => rowOf([each]));
  return {
    minutes,
    all: figures.length > 0 ? rowOf(figures) : null,
    by: Object.fromEntries(
      DIMENSIONS.map((each) => [each, slicesOf(figures, each)]),
    ) as unknown as Insights["by"],
    comparison: comparisonOf(figures),
  };
}

/** Expects at least one minute. */
export function rowOf(figures: readonly Figures[]): Row {
  const counts = sumOf(figures.map(({ counts, probability }) => scaled(counts, probability)));
  const [starts, delays] = [
    mergedQuantiles(figures.map((each) => each.starts)),
    mergedQuantiles(figures.map((each) => each.delays)),
  ];
  const sum = (count: (each: Figures) => number) =>
    figures.reduce((total, each) => total + count(each) / each.probability, 0);
  const peak = figures.reduce((most, each) => (viewersOf(each) > viewersOf(most) ? each : most));
  const distinct = estimateDistinct(mergedDistinct(figures.map((each) => each.distinct)));
  return {
    minute: Math.min(...figures.map(({ minute }) => minute)),
    viewers: viewersOf(peak),
    viewersError: Math.sqrt(peak.viewers * (1 - peak.probability)) / peak.probability,
    distinctViewers: distinct.count,
    distinctViewersError: distinct.error,
    startSeconds: secondsIn(starts),
    starts: sum((each) => countIn(each.starts)),
    failedStarts: sum(({ failedStarts }) => failedStarts),
    droppedFramesAnHour: perHour(counts.droppedFrames, counts),
    stallsAnHour: perHour(counts.stalls, counts),
    delaySeconds: secondsIn(delays),
    gigabytesFromPeers: counts.bytesFromPeers / 1e9,
    gigabytesFromCdn: counts.bytesFromCdn / 1e9,
    copiesFromCdn: copiesOf(figures),
    errors: errorsIn(figures),
    guarded: sum(({ guarded }) => guarded),
    ...qualityOf(counts),
  };
}

/** Each minute has kept its own twenty, so a day may have thousands: of all of them there are twenty again. */
function errorsIn(figures: readonly Figures[]): Row["errors"] {
  const told = figures.flatMap(({ errors, probability }) =>
    Object.entries(errors).map(([word, count]) => ({ word, count: count / probability })),
  );
  const sums = [...Map.groupBy(told, ({ word }) => word)].map(([word, each]) => ({
    word,
    value: total(each.map(({ count }) => count)),
  }));
  return heaviest(
    sums.map((each) => ({ ...each, weight: each.value })),
    total,
  );
}

function slicesOf(figures: readonly Figures[], dimension: Dimension): Slice[] {
  // Figures are kept for a year, and know no dimension that came later.
  const parts = figures.flatMap(({ by, probability }) =>
    Object.entries(by[dimension] ?? {}).map(([word, counts]) => ({
      word,
      counts: scaled(counts, probability),
    })),
  );
  const sums = [...Map.groupBy(parts, ({ word }) => word)].map(([word, each]) => ({
    word,
    value: sumOf(each.map(({ counts }) => counts)),
  }));
  const kept = heaviest(
    sums.map((each) => ({ ...each, weight: each.value.watchedMs })),
    sumOf,
  );
  return Object.entries(kept)
    .map(([value, counts]) => ({ value, ...qualityOf(counts) }))
    .toSorted((one, other) => other.hoursWatched - one.hoursWatched);
}

function qualityOf(counts: Counts): Omit<Slice, "value"> {
  const received = counts.bytesFromPeers + counts.bytesFromCdn;
  return {
    hoursWatched: counts.watchedMs / HOUR_MS,
    rebufferingRatio: ratio(counts.stalledMs, counts.watchedMs),
    freezesAnHour: perHour(counts.freezes, counts),
    shareFromPeers: ratio(counts.bytesFromPeers, received),
  };
}

/** Each viewer of a rendition takes each of its segments once, and this part of them from the CDN. */
function copiesOf(figures: readonly Figures[]): number {
  const played = figures.flatMap(({ by, probability }) =>
    Object.entries(by.rendition)
      .filter(([name]) => name !== NO_RENDITION)
      .map(([, { watchedMs, bytesFromCdn, bytesFromPeers }]) => {
        const viewers = watchedMs / 60_000 / probability;
        return viewers * ratio(bytesFromCdn, bytesFromCdn + bytesFromPeers);
      }),
  );
  return ratio(
    played.reduce((sum, copies) => sum + copies, 0),
    played.length,
  );
}

function viewersOf({ viewers, probability }: Figures): number {
  return viewers / probability;
}

function scaled(counts: Counts, probability: number): Counts {
  const entries = Object.entries(counts).map(([name, count]) => [name, count / probability]);
  return Object.fromEntries(entries) as unknown as Counts;
}

function secondsIn(quantiles: Figures["starts"]): Row["startSeconds"] {
  const [p50 = null, p95 = null] = [0.5, 0.95].map((part) => {
    const milliseconds = quantile(quantiles, part);
    return milliseconds === null ? null : milliseconds / 1000;
  });
  return { p50, p95 };
}

function perHour(count: number, { watchedMs }: Counts): number {
  return ratio(count * HOUR_MS, watchedMs);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
