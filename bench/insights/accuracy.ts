/** Sets figures from a sample beside what the whole audience truly had, and says how far they may be apart. */

import type { Row } from "../../functions/insights/rows.ts";
import type { Comparison } from "./comparison.ts";
import type { Visit } from "./visit.ts";

/** Three standard errors: of a dozen figures, one in thirty times one is beyond. */
const STANDARD_ERRORS = 3;

/** Of a quantile's sketch. */
const SKETCH = 0.02;

/** `probability` is the smallest that was told in the show: figures can't be better than its sample. */
export function comparisons(visits: readonly Visit[], row: Row, probability: number): Comparison[] {
  const sampled = sampling(visits, probability);
  const counts = visits.map(({ counted }) => counted);
  const of = (name: keyof (typeof counts)[number]) => counts.map((each) => each[name]);
  const hours = of("watchedMs").map((milliseconds) => milliseconds / 3_600_000);
  const received = counts.map((each) => each.bytesFromPeers + each.bytesFromCdn);
  const began = visits.filter(({ experience }) => experience.startMs !== null);
  const starts = began.map(({ experience }) => (experience.startMs ?? 0) / 1000);
  const peak = peakOf(visits);
  const failed = visits.map(({ experience }) => Number(experience.startMs === null));
  return [
    {
      what: "most viewers at a time",
      truth: peak,
      shown: row.viewers,
      allowed: STANDARD_ERRORS * row.viewersError,
      format: whole,
    },
    {
      what: "distinct viewers",
      truth: visits.length,
      shown: row.distinctViewers,
      allowed: STANDARD_ERRORS * row.distinctViewersError,
      format: whole,
    },
    { what: "hours watched", ...sampled.sum(hours), shown: row.hoursWatched, format: whole },
    { what: "starts", ...sampled.sum(failed.map((each) => 1 - each)), shown: row.starts, format: whole },
    { what: "failed starts", ...sampled.sum(failed), shown: row.failedStarts, format: whole },
    {
      what: "start, half within",
      ...sampled.quantile(starts, 0.5),
      shown: row.startSeconds.p50 ?? Number.NaN,
      format: seconds,
    },
    {
      what: "start, 95 % within",
      ...sampled.quantile(starts, 0.95),
      shown: row.startSeconds.p95 ?? Number.NaN,
      format: seconds,
    },
    {
      what: "rebuffering",
      ...sampled.ratio(of("stalledMs"), of("watchedMs")),
      shown: row.rebufferingRatio,
      format: percent,
    },
    {
      what: "stalls an hour",
      ...sampled.ratio(of("stalls"), hours),
      shown: row.stallsAnHour,
      format: fixed,
    },
    {
      what: "freezes an hour",
      ...sampled.ratio(of("freezes"), hours),
      shown: row.freezesAnHour,
      format: fixed,
    },
    {
      what: "live delay, half within",
      ...sampled.quantile(delaysByTime(began), 0.5),
      shown: row.delaySeconds.p50 ?? Number.NaN,
      format: seconds,
    },
    {
      what: "share from peers",
      ...sampled.ratio(of("bytesFromPeers"), received),
      shown: row.shareFromPeers,
      format: percent,
    },
    {
      what: "GB from the CDN",
      ...sampled.sum(of("bytesFromCdn").map((bytes) => bytes / 1e9)),
      shown: row.gigabytesFromCdn,
      format: whole,
    },
  ];
}

/**
 * What a random sample of this probability may miss (Poisson sampling; for ratios the delta method; for quantiles the
 * values between two ranks). Early leavers are a smaller sample, each of which stands for many.
 */
function sampling(visits: readonly Visit[], probability: number) {
  const missed = visits.map(({ standsFor }) => standsFor / probability - 1);
  const errorOf = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, value, index) => sum + value * value * (missed[index] ?? 0), 0));
  return {
    sum(values: readonly number[]) {
      return { truth: total(values), allowed: STANDARD_ERRORS * errorOf(values) };
    },
    ratio(parts: readonly number[], wholes: readonly number[]) {
      const truth = total(parts) / total(wholes);
      const residuals = parts.map((part, index) => part - truth * (wholes[index] ?? 0));
      return { truth, allowed: (STANDARD_ERRORS * errorOf(residuals)) / total(wholes) };
    },
    quantile(values: readonly number[], part: number) {
      const sorted = values.toSorted((one, other) => one - other);
      const at = (rank: number) =>
        sorted[Math.round(Math.max(0, Math.min(rank, 1)) * (sorted.length - 1))] ?? 0;
      const slack =
        STANDARD_ERRORS * Math.sqrt((part * (1 - part) * (total(missed) / visits.length)) / values.length);
      const truth = at(part);
      const beside = Math.max(at(part + slack) - truth, truth - at(part - slack));
      return { truth, allowed: beside + SKETCH * truth };
    },
  };
}

/** In the middle of a minute, as figures count. */
function peakOf(visits: readonly Visit[]): number {
  const end = Math.max(...visits.map(({ leaves }) => leaves));
  const moments = Array.from({ length: Math.ceil(end / 60) }, (_, minute) => minute * 60 + 30);
  return Math.max(
    ...moments.map((at) => visits.filter(({ arrives, leaves }) => arrives <= at && at < leaves).length),
  );
}

/** Each viewer's delay as often as it reports it: once in four minutes. */
function delaysByTime(visits: readonly Visit[]): number[] {
  return visits.flatMap(({ arrives, leaves, experience }) =>
    Array.from({ length: Math.ceil((leaves - arrives) / 240) }, () => experience.delayMs / 1000),
  );
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

const whole = (value: number) => Math.round(value).toLocaleString("en");
const seconds = (value: number) => `${value.toFixed(2)} s`;
const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
const fixed = (value: number) => value.toFixed(2);
