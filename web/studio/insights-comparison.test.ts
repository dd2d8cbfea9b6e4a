import { expect, test } from "vitest";
import type { Comparison } from "../../functions/insights/comparison.ts";
import { COMPARISON_TITLES, comparisonRows, groupsCsvOf } from "./insights-comparison.ts";

const estimate = (value: number, within: number) => ({ value, within });
const none = { sharing: estimate(0.01, 0.002), control: null, difference: null };
const comparison: Comparison = {
  startSeconds: { sharing: estimate(1.5, 0.1), control: estimate(1, 0.25), difference: estimate(0.5, 0.27) },
  rebuffering: {
    sharing: estimate(0.004, 0.001),
    control: estimate(0.006, 0.002),
    difference: estimate(-0.002, 0.0022),
  },
  frozen: none,
  failedStarts: none,
  delaySeconds: none,
};

test("both groups stand side by side, with their difference and what isn't certain", () => {
  expect(COMPARISON_TITLES).toHaveLength(4);
  expect(comparisonRows(comparison).slice(0, 3)).toEqual([
    ["Start, mean", "1.50 ± 0.10 s", "1.00 ± 0.25 s", "+0.50 ± 0.27 s"],
    ["Rebuffering", "0.40 ± 0.10 %", "0.60 ± 0.20 %", "−0.20 ± 0.22 %"],
    ["Frozen", "1.00 ± 0.20 %", "too few", "too few"],
  ]);
});

test("a spreadsheet has the numbers, and nothing where there are too few", () => {
  const lines = groupsCsvOf(comparison).split("\r\n");
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe("measure,sharing,sharing_within,control,control_within,difference,difference_within");
  expect(lines[1]).toBe("start_seconds_mean,1.5,0.1,1,0.25,0.5,0.27");
  expect(lines[3]).toBe("frozen_ratio,0.01,0.002,,,,");
});
