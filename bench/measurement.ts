// What a measurement is: a file in this folder that measures one thing and says how its figures stand to their bounds.

/** One line of the results. */
export interface Figure {
  readonly what: string;
  /** With its unit, as a person reads it. */
  readonly value: string;
  /** What it should be, in words, and whether it is; absent for a figure that only informs. */
  readonly bound?: { readonly words: string; readonly holds: boolean };
}

export interface Measurement {
  readonly title: string;
  /** What was measured and how, and what the figures assume: a short paragraph, or several. */
  readonly method: string;
  readonly figures: readonly Figure[];
}

/** Every measurement's file exports a function of this type as `measure`. It may take minutes; it starts and stops what it needs. */
export type Measure = () => Promise<Measurement>;

/** A figure with an upper bound. */
export function atMost(what: string, value: number, most: number, format: (value: number) => string): Figure {
  return {
    what,
    value: format(value),
    bound: { words: `at most ${format(most)}`, holds: value <= most },
  };
}

/** A figure with a lower bound. */
export function atLeast(
  what: string,
  value: number,
  least: number,
  format: (value: number) => string,
): Figure {
  return {
    what,
    value: format(value),
    bound: { words: `at least ${format(least)}`, holds: value >= least },
  };
}

/** The value below which this share of the values lies (0 to 1), by the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
