/** Writes the comparison of who shares with the control group, for people and for spreadsheets. */

import type { Comparison, Estimate, Measure } from "../../functions/insights/comparison.ts";

type Cells = readonly string[];

interface Words {
  readonly key: string;
  readonly title: string;
  readonly unit: "s" | "%";
}

const WORDS: Readonly<Record<Measure, Words>> = {
  startSeconds: { key: "start_seconds_mean", title: "Start, mean", unit: "s" },
  rebuffering: { key: "rebuffering_ratio", title: "Rebuffering", unit: "%" },
  frozen: { key: "frozen_ratio", title: "Frozen", unit: "%" },
  failedStarts: { key: "failed_starts_ratio", title: "Failed starts", unit: "%" },
  delaySeconds: { key: "delay_seconds_mean", title: "Delay, mean", unit: "s" },
};
const MEASURES = Object.keys(WORDS) as Measure[];

export const COMPARISON_TITLES: Cells = ["Figure", "Who shares", "Control group", "Difference"];

/** A row for each measure: what it is, and half the width of its 95 % interval. */
export function comparisonRows(comparison: Comparison): Cells[] {
  return MEASURES.map((measure) => {
    const { sharing, control, difference } = comparison[measure];
    const { title, unit } = WORDS[measure];
    return [title, text(sharing, unit), text(control, unit), text(difference, unit, true)];
  });
}

/** A line for each measure (RFC 4180): parts of 1, and seconds. */
export function groupsCsvOf(comparison: Comparison): string {
  const heading = [
    "measure",
    ...["sharing", "control", "difference"].flatMap((each) => [each, `${each}_within`]),
  ];
  const lines = MEASURES.map((measure) => {
    const { sharing, control, difference } = comparison[measure];
    const cells = [sharing, control, difference].flatMap((each) => [each?.value ?? "", each?.within ?? ""]);
    return [WORDS[measure].key, ...cells];
  });
  return [heading, ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

function text(estimate: Estimate | null, unit: Words["unit"], isSigned = false): string {
  if (estimate === null) return "too few";
  const factor = unit === "%" ? 100 : 1;
  const [value, within] = [estimate.value * factor, (estimate.within * factor).toFixed(2)];
  const sign = isSigned && value >= 0 ? "+" : "";
  return `${sign}${value.toFixed(2).replace("-", "−")} ± ${within} ${unit}`;
}
