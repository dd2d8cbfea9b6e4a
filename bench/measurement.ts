/** The shape of a measurement: a file in this folder that measures one thing and compares it with its bounds. */

/** A row of the results. */
export interface Figure {
  readonly what: string;
  /** With its unit, as a person reads it. */
  readonly value: string;
  /** What the value should be, in words, and whether it is; absent if the figure only informs. */
  readonly bound?: { readonly words: string; readonly holds: boolean };
}

export interface Measurement {
  readonly title: string;
  /** What was measured, how, and what the figures assume, in one or more short paragraphs. */
  readonly method: string;
  /** In Markdown, for what has more than one value in a row. */
  readonly table?: string;
  readonly figures: readonly Figure[];
  /** Only some of what it measures was asked for, so that its results are printed and not kept. */
  readonly isPart?: boolean;
}

/**
 * Each measurement exports such a function as `measure`. It may take minutes, and starts and stops what it needs.
 * `words` are what follows its name on the command line.
 */
export type Measure = (words?: readonly string[]) => Promise<Measurement>;

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

/** The percentile of the values for a share from 0 to 1, by the nearest-rank method. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
