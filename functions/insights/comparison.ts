/**
 * Compares viewers who share with the control group, who would and don't: means and ratios of both, and their difference, each
 * with a 95 % confidence interval.
 *
 * Each is a ratio of sums over viewers. Its variance is the delta method's: that of the linearised residuals, here of 16 random
 * clusters of viewers instead of each viewer ("random groups"), since a cluster's sums can be added up over any minutes, and what a
 * viewer has in one minute is no chance in the next. Cochran, Sampling Techniques, 3rd edition, 1977, sections 6.3 and 11.8;
 * Wolter, Introduction to Variance Estimation, 2nd edition, 2007, chapters 2 and 6; Deng, Knoblich and Lu, Applying the Delta
 * Method in Metric Analytics, KDD 2018.
 */

import { addedUp, type Clusters, COMPARED, NO_CLUSTERS, type Sums } from "./clusters.ts";
import { CLUSTERS } from "./viewer-share.ts";

/** As in the studio; the last three are parts of 1. */
export const MEASURES = ["startSeconds", "delaySeconds", "failedStarts", "rebuffering", "frozen"] as const;
export type Measure = (typeof MEASURES)[number];

export interface Estimate {
  readonly value: number;
  /** Half the width of the interval. */
  readonly within: number;
}

interface Compared {
  /** Null where nobody has told of it, or too few for an interval. */
  readonly sharing: Estimate | null;
  readonly control: Estimate | null;
  /** How much higher it is for who shares. */
  readonly difference: Estimate | null;
}

export type Comparison = Readonly<Record<Measure, Compared>>;

/** What is divided by what. */
const RATIOS: Readonly<Record<Measure, readonly [(sums: Sums) => number, (sums: Sums) => number]>> = {
  startSeconds: [({ startMs }) => startMs / 1000, ({ starts }) => starts],
  delaySeconds: [({ delayMs }) => delayMs / 1000, ({ delays }) => delays],
  failedStarts: [({ failedStarts }) => failedStarts, ({ starts, failedStarts }) => starts + failedStarts],
  rebuffering: [({ stalledMs }) => stalledMs, ({ watchedMs }) => watchedMs],
  frozen: [({ frozenMs }) => frozenMs, ({ watchedMs }) => watchedMs],
};

/** Student's t with 15 degrees of freedom, one less than there are clusters, at 97.5 %. */
const STUDENT = 2.131;

/** With viewers in fewer clusters an interval would say more than is known. */
const LEAST_CLUSTERS = 8;

interface Minute {
  readonly probability: number;
  readonly clusters?: Clusters | undefined;
}

export function comparisonOf(minutes: readonly Minute[]): Comparison {
  const [sharing, control] = COMPARED.map((group) =>
    addedUp(
      // Figures are kept for a year, and those of before know no groups.
      minutes.map(({ clusters = NO_CLUSTERS, probability }) => ({ clusters: clusters[group], probability })),
    ),
  ) as [Sums[], Sums[]];
  const entries = MEASURES.map((measure) => [
    measure,
    compared(meanOf(sharing, measure), meanOf(control, measure)),
  ]);
  return Object.fromEntries(entries) as Comparison;
}

/** Before it is an interval. */
interface Mean {
  readonly value: number;
  readonly variance: number;
  /** What the mean is of: starts, reports, or milliseconds. */
  readonly of: number;
}

/**
 * The control group is small, and may happen to have none of the few viewers to whom most happens. Its variance isn't taken
 * smaller than that of a group of its size among those who share. The groups are different viewers, whose variances add up.
 */
function compared(sharing: Mean | null, own: Mean | null): Compared {
  const implied = sharing && own ? (sharing.variance * sharing.of) / own.of : 0;
  const control = own && { ...own, variance: Math.max(own.variance, implied) };
  const difference =
    sharing && control
      ? { value: sharing.value - control.value, variance: sharing.variance + control.variance }
      : null;
  return {
    sharing: sharing && interval(sharing),
    control: control && interval(control),
    difference: difference && interval(difference),
  };
}

function interval({ value, variance }: Omit<Mean, "of">): Estimate {
  return { value, within: STUDENT * Math.sqrt(variance) };
}

function meanOf(clusters: readonly Sums[], measure: Measure): Mean | null {
  const [part, whole] = RATIOS[measure];
  const sum = (of: (sums: Sums) => number) => clusters.reduce((all, sums) => all + of(sums), 0);
  if (clusters.filter((sums) => whole(sums) > 0).length < LEAST_CLUSTERS) return null;
  const value = sum(part) / sum(whole);
  // Residuals add up to nothing, so their mean is 0.
  const squares = sum((sums) => (part(sums) - value * whole(sums)) ** 2);
  return { value, variance: ((CLUSTERS / (CLUSTERS - 1)) * squares) / sum(whole) ** 2, of: sum(whole) };
}
