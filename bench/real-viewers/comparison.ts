/** Sets what the studio shows beside what viewers truly had. */

import type { Row } from "../../functions/insights/rows.ts";
import type { Comparison } from "../insights/comparison.ts";
import type { Truth } from "./audience.ts";

/** Of a quantile's sketch (functions/insights/quantiles.ts). */
const SKETCH = 0.02;

/** Two observers of one page: the reporter looks four times a second. */
const LOOK_MS = 250;

/** The session and the observer begin and see the first frame one after the other. */
const FRAME_SECONDS = 0.02;

/** A delay isn't the same at each report: a player comes nearer to its target. */
const DELAY_DRIFT_SECONDS = 0.2;

/** What was received between the observer's last look and the reporter's. */
const IN_BETWEEN = 0.005;

const MINUTE_MS = 60_000;

export function comparisons(truths: readonly Truth[], row: Row): Comparison[] {
  const sum = (count: (truth: Truth) => number) => truths.reduce((all, truth) => all + count(truth), 0);
  const starts = truths.flatMap(({ firstFrameMs }) => (firstFrameMs === null ? [] : [firstFrameMs / 1000]));
  const delays = truths.flatMap(({ firstFrameMs, delaySeconds }) =>
    firstFrameMs === null || delaySeconds === null ? [] : [delaySeconds],
  );
  const [watchedMs, stalls, stalledMs] = [
    sum((truth) => truth.watchedMs),
    sum((truth) => truth.stalls),
    sum((truth) => truth.stalledMs),
  ];
  const [fromPeers, fromCdn] = [sum((truth) => truth.bytesFromPeers), sum((truth) => truth.bytesFromCdn)];
  const [certain, possible] = [sum((truth) => truth.certainFreezes), sum((truth) => truth.possibleFreezes)];
  const hours = row.hoursWatched;
  const exact = (what: string, truth: number, shown: number): Comparison => ({
    what,
    truth,
    shown,
    allowed: 0.001,
    format: whole,
  });
  /** `beside` is in seconds. */
  const quantile = (
    what: string,
    values: readonly number[],
    { part, shown, beside }: { part: number; shown: number | null; beside: number },
  ): Comparison => {
    const truth = values.toSorted((one, other) => one - other)[Math.floor(part * (values.length - 1))] ?? 0;
    const allowed = SKETCH * truth + beside;
    return { what, truth, shown: shown ?? Number.NaN, allowed, format: inSeconds };
  };
  const within = (part: number, what: string, truth: number, shown: number, format = fixed): Comparison => ({
    what,
    truth,
    shown,
    allowed: part * truth,
    format,
  });
  return [
    exact("distinct viewers", truths.length, row.distinctViewers),
    exact("most viewers at a time", peakOf(truths), row.viewers),
    exact("starts", starts.length, row.starts),
    exact("failed starts", truths.length - starts.length, row.failedStarts),
    quantile("start, half within", starts, { part: 0.5, shown: row.startSeconds.p50, beside: FRAME_SECONDS }),
    quantile("start, 95 % within", starts, {
      part: 0.95,
      shown: row.startSeconds.p95,
      beside: FRAME_SECONDS,
    }),
    {
      what: "minutes watched",
      truth: watchedMs / MINUTE_MS,
      shown: hours * 60,
      allowed: (truths.length * LOOK_MS) / MINUTE_MS,
      format: fixed,
    },
    exact("stalls", stalls, row.stallsAnHour * hours),
    {
      what: "seconds stalled",
      truth: stalledMs / 1000,
      shown: row.rebufferingRatio * hours * 3600,
      allowed: (stalls * LOOK_MS) / 1000 / 10,
      format: fixed,
    },
    {
      what: "freezes (what stands for 250 to 500 ms may be one)",
      truth: (certain + possible) / 2,
      shown: row.freezesAnHour * hours,
      allowed: (possible - certain) / 2 + 0.001,
      format: fixed,
    },
    within(IN_BETWEEN, "MB from the CDN", fromCdn / 1e6, row.gigabytesFromCdn * 1000),
    within(IN_BETWEEN, "MB from peers", fromPeers / 1e6, row.gigabytesFromPeers * 1000),
    within(IN_BETWEEN, "share from peers", fromPeers / (fromPeers + fromCdn), row.shareFromPeers, percent),
    quantile("live delay, half within", delays, {
      part: 0.5,
      shown: row.delaySeconds.p50,
      beside: DELAY_DRIFT_SECONDS,
    }),
  ];
}

/** In the middle of a minute, as figures count. */
function peakOf(truths: readonly Truth[]): number {
  const first = Math.floor(Math.min(...truths.map(({ beganAt }) => beganAt)) / MINUTE_MS);
  const last = Math.floor(Math.max(...truths.map(({ leftAt }) => leftAt)) / MINUTE_MS);
  const counts = Array.from({ length: last - first + 1 }, (_, index) => {
    const at = (first + index + 0.5) * MINUTE_MS;
    return truths.filter(({ beganAt, leftAt }) => beganAt <= at && at < leftAt).length;
  });
  return Math.max(...counts);
}

const whole = (value: number) => (Math.round(value * 1000) / 1000).toLocaleString("en");
const fixed = (value: number) => value.toFixed(2);
const inSeconds = (value: number) => `${value.toFixed(3)} s`;
const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
