/**
 * Quantiles of milliseconds within 2 %, from counts that add up: a DDSketch (Masson, Rim, Lee, VLDB 2019) whose buckets
 * end at an hour, so that it never has to collapse any.
 */

/** How many values fell into each bucket, by the bucket's number. */
export type Quantiles = Readonly<Record<string, number>>;

/** A bucket's bounds differ by this factor, so its middle is within 2 % of all in it. */
const FACTOR = 1.04;

const LONGEST_MS = 3_600_000;

export function withValue(quantiles: Quantiles, milliseconds: number): Quantiles {
  const within = Math.min(Math.max(milliseconds, 1), LONGEST_MS);
  const bucket = Math.ceil(Math.log(within) / Math.log(FACTOR));
  return { ...quantiles, [bucket]: (quantiles[bucket] ?? 0) + 1 };
}

export function mergedQuantiles(all: readonly Quantiles[]): Quantiles {
  const sums: Record<string, number> = {};
  for (const quantiles of all)
    for (const [bucket, count] of Object.entries(quantiles)) sums[bucket] = (sums[bucket] ?? 0) + count;
  return sums;
}

export function countIn(quantiles: Quantiles): number {
  return Object.values(quantiles).reduce((sum, count) => sum + count, 0);
}

/** The value below which this part (0 to 1) of all lies; null if there are none. */
export function quantile(quantiles: Quantiles, part: number): number | null {
  const buckets = Object.entries(quantiles).toSorted(([one], [other]) => Number(one) - Number(other));
  const rank = part * Math.max(countIn(quantiles) - 1, 0);
  let seen = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    if (seen > rank) return (2 * FACTOR ** Number(bucket)) / (FACTOR + 1);
  }
  return null;
}
