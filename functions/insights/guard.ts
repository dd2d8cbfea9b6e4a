/**
 * SharingGuard: whether playback goes worse for viewers who share than for the control group, beyond chance.
 *
 * The control group is small (20 of 1,000), and what happens to viewers has heavy tails, so no test that takes means for
 * normally distributed holds at the levels that are needed here. Chance alone decided who is in the group, and that is enough for an
 * exact test: each viewer is one observation, which is bad or isn't by a threshold that doesn't look at groups, and the
 * hypergeometric distribution says how likely so few of the bad ones are in the control group if sharing does nothing. No assumption
 * is made of how often anything happens, nor of its size (docs/decisions/sharing-guard-by-a-control-group.md).
 */

import { chanceOfAtMost, type Draw } from "./hypergeometric.ts";
import type { KeptReport } from "./kept-report.ts";
import type { Counts, Group } from "./report-shape.ts";
import { type Stretch, stretchesOf } from "./stretches.ts";
import { isAsked } from "./viewer-share.ts";

export type Metric = "interrupted" | "failed" | "start" | "delay";

/** Sharing does harm. */
export interface Alarm {
  readonly metric: Metric;
  /** Of those who share: the part of the viewers who were interrupted, or failed to start; otherwise median milliseconds. */
  readonly sharing: number;
  /** The same of the control group. */
  readonly control: number;
  /** How likely chance alone makes such a difference. */
  readonly chance: number;
  /** How many viewers this is known of. */
  readonly viewers: { readonly sharing: number; readonly control: number };
}

/**
 * Six or seven tests a minute are a thousand in a three-hour show, and each looks at much the same viewers as the one before. A
 * quarter or half of all viewers are always the slower ones, so these tests can always err, and are strict. Who is interrupted
 * or fails is rarely so many that chance could put next to none of them in the control group, so those tests hardly ever can
 * err: only where all suffer together. Altogether one of thousands of shows has a false alarm (`npm run bench -- guard`).
 */
export const MOST_CHANCE = { interrupted: 5e-5, failed: 5e-5, start: 2e-6, delay: 2e-6 } as const;

/** Each viewer's newest report counts, and all report within this: old good minutes would hide new bad ones. */
const NEWEST_MS = 300_000;
/** A start is told once, up to four minutes after it was. */
const STARTS_MS = 900_000;

/** Whoever was interrupted for more than the first part of the time has noticed, and who for more than the second minds. */
const BAD_PARTS = [0.005, 0.02];
/** In less time a single stall would be more than that. */
const LEAST_WATCHED_MS = 30_000;

/**
 * Who leaves before is seen by one in 64. Those who share in a large audience report so; those in the control group, whom no
 * tracker tells of the audience, all do: of the two groups the same part has to be looked at.
 */
const EARLY_MS = 50_000;
const EARLY_PART = 1 / 64;

/** What is slower than this part of all viewers is slow: the first finds what happens to all, the second what happens to most. */
const SLOW_PARTS = [0.25, 0.5];

/** Less isn't worth acting on. */
const LEAST_MORE_INTERRUPTED = 0.2;
const LEAST_MORE_FAILED = 0.01;
const LEAST_SLOWER_START = { milliseconds: 200, part: 0.1 };
const LEAST_MORE_DELAY = { milliseconds: 1_000, part: 0 };

interface Observation {
  readonly group: Group;
  readonly value: number;
}

export interface Moments {
  readonly now: number;
  readonly changedAt: number;
}

/** Looks at what was reported until now of what happened since the ramp last changed; both in milliseconds. */
export function alarmIn(reports: readonly KeptReport[], moments: Moments): Alarm | null {
  const [worst] = testsOf(reports, moments)
    .filter(({ isMaterial, difference: { metric, chance } }) => isMaterial && chance <= MOST_CHANCE[metric])
    .toSorted((one, other) => one.difference.chance - other.difference.chance);
  return worst?.difference ?? null;
}

/** What one test finds, whatever it is. */
export interface Test {
  readonly difference: Alarm;
  /** Whether it is large enough to act on. */
  readonly isMaterial: boolean;
  /** The control group as drawn from all, of whom some are bad. */
  readonly draw: Draw;
}

export function testsOf(reports: readonly KeptReport[], { now, changedAt }: Moments): Test[] {
  const looked = reports.filter(
    (report) =>
      report.group !== "none" &&
      report.to.at > now - STARTS_MS &&
      (!leftEarly(report) || isAsked(report.viewer, EARLY_PART)),
  );
  const stretches = stretchesOf(looked)
    .flat()
    .filter(({ from }) => from >= changedAt);
  const newest = ofEachViewer(
    stretches.filter(({ to }) => to > now - NEWEST_MS),
    (stretch, other) => stretch.to > other.to,
  );
  const begun = ofEachViewer(
    stretches.filter(({ startMs }) => startMs !== null),
    (stretch, other) => stretch.to < other.to,
  );
  const interrupted = observed(newest, ({ counted }) => interruptedPart(counted));
  const failed = observed(newest, (stretch) => Number(hasFailed(stretch)));
  const starts = observed(begun, ({ startMs }) => startMs);
  const delays = observed(newest, ({ report }) => report.delayMs);
  // Where the publisher drops out, everybody is interrupted, and some for longer.
  const bounds = new Set([...BAD_PARTS, Math.max(...BAD_PARTS, quantileOf(valuesOf(interrupted), 0.5))]);
  const tests = [
    ...[...bounds].map((above) =>
      partTest("interrupted", interrupted, { above, least: LEAST_MORE_INTERRUPTED }),
    ),
    partTest("failed", failed, { above: 0, least: LEAST_MORE_FAILED }),
    ...SLOW_PARTS.flatMap((part) => [
      slowTest("start", starts, { part, least: LEAST_SLOWER_START }),
      slowTest("delay", delays, { part, least: LEAST_MORE_DELAY }),
    ]),
  ];
  return tests.filter((test) => test !== null);
}

function leftEarly({ isLast, number, from, to }: KeptReport): boolean {
  return isLast && number === 0 && to.at - from.at < EARLY_MS;
}

/** One of each viewer, so that all observations are by chance in their group. */
function ofEachViewer(
  stretches: readonly Stretch[],
  isBetter: (stretch: Stretch, other: Stretch) => boolean,
): Stretch[] {
  const found = new Map<string, Stretch>();
  for (const stretch of stretches) {
    const other = found.get(stretch.report.viewer);
    if (other === undefined || isBetter(stretch, other)) found.set(stretch.report.viewer, stretch);
  }
  return [...found.values()];
}

function observed(stretches: readonly Stretch[], value: (stretch: Stretch) => number | null): Observation[] {
  return stretches.flatMap((stretch) => {
    const found = value(stretch);
    return found === null ? [] : [{ group: stretch.report.group, value: found }];
  });
}

/** A stall is a freeze as well, if frames are counted. */
function interruptedPart({ watchedMs, stalledMs, frozenMs }: Counts): number | null {
  return watchedMs < LEAST_WATCHED_MS ? null : Math.max(stalledMs, frozenMs) / watchedMs;
}

function hasFailed({ hasErred, report }: Stretch): boolean {
  return report.to.watchedMs === 0 && hasErred;
}

/** Whether more of those who share are above a bound than of the control group. */
function partTest(
  metric: Metric,
  observations: readonly Observation[],
  { above, least }: { readonly above: number; readonly least: number },
): Test | null {
  const part = (values: readonly number[]) => values.filter((value) => value > above).length / values.length;
  return testAt(above, observations, { metric, figure: part, least: () => least });
}

/** Whether more of those who share are among the slower part of all than of the control group. */
function slowTest(
  metric: Metric,
  observations: readonly Observation[],
  { part, least }: { readonly part: number; readonly least: typeof LEAST_SLOWER_START },
): Test | null {
  return testAt(quantileOf(valuesOf(observations), part), observations, {
    metric,
    figure: (values) => quantileOf(values, 0.5),
    least: (control) => Math.max(least.milliseconds, least.part * control),
  });
}

interface Compared {
  readonly metric: Metric;
  figure(values: readonly number[]): number;
  /** By how much the figure has to be worse than the control group's. */
  least(control: number): number;
}

/** Null where a group is empty. */
function testAt(
  bound: number,
  observations: readonly Observation[],
  { metric, figure, least }: Compared,
): Test | null {
  const of = (group: Group) => valuesOf(observations.filter((each) => each.group === group));
  const [sharing, control] = [of("sharing"), of("control")];
  if (sharing.length === 0 || control.length === 0) return null;
  const above = (values: readonly number[]) => values.filter((value) => value > bound).length;
  const draw = {
    all: sharing.length + control.length,
    marked: above(sharing) + above(control),
    drawn: control.length,
  };
  const difference = {
    metric,
    sharing: figure(sharing),
    control: figure(control),
    chance: chanceOfAtMost(above(control), draw),
    viewers: { sharing: sharing.length, control: control.length },
  };
  return {
    difference,
    draw,
    isMaterial: difference.sharing - difference.control >= least(difference.control),
  };
}

function valuesOf(observations: readonly Observation[]): number[] {
  return observations.map(({ value }) => value);
}

/** The value below which this part lies; of none 0. */
function quantileOf(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
}
