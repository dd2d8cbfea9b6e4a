/** Figures that the studio shows, beside what is true: a table, and those that are further apart than they may be. */

export interface Comparison {
  readonly what: string;
  readonly truth: number;
  readonly shown: number;
  /** How far they may be apart. */
  readonly allowed: number;
  readonly format: (value: number) => string;
}

export function comparisonTable(compared: readonly Comparison[]): string {
  const lines = compared.map(
    ({ what, truth, shown, allowed, format }) =>
      `| ${[what, format(truth), format(shown), format(Math.abs(shown - truth)), format(allowed)].join(" | ")} |`,
  );
  return [
    "| figure | truth | shown | differ | may differ |",
    "| --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}

/** Also those of which nothing is shown. */
export function beyondError(compared: readonly Comparison[]): Comparison[] {
  return compared.filter(({ truth, shown, allowed }) => !(Math.abs(shown - truth) <= allowed));
}
