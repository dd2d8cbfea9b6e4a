import { expect, test } from "vitest";
import { figuresOf } from "../../functions/insights/figures.ts";
import { rowOf } from "../../functions/insights/rows.ts";
import { keptReport, MINUTE } from "../../test/doubles/reports.ts";
import { openMetrics } from "./open-metrics.ts";

test("a minute's figures are gauges, and what isn't known is none", () => {
  const text = openMetrics(rowOf(figuresOf([keptReport({ startMs: 800 })], MINUTE, MINUTE)), 0.25);
  expect(text).toContain("# TYPE shoal_viewers gauge\n");
  expect(text).toMatch(/^shoal_viewers 1$/m);
  expect(text).toMatch(/^shoal_start_seconds_p50 0\.8/m);
  expect(text).not.toContain("shoal_delay_seconds_p95");
  expect(text).toMatch(/^shoal_sharing_ramp 0\.25$/m);
  expect(text.endsWith("\n# EOF\n")).toBe(true);
});

test("when nobody watches there is nothing", () => {
  expect(openMetrics(null, 1)).toBe("# EOF\n");
});
