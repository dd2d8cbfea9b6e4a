import { expect, test } from "vitest";
import { figuresOf } from "../../functions/insights/figures.ts";
import { insightsOf } from "../../functions/insights/rows.ts";
import { keptReport, MINUTE, moment, NOW } from "../../test/doubles/reports.ts";
import { CHARTS, columnsOf, valueText } from "./charts.ts";

const counts = { watchedMs: 60_000, bytesFromPeers: 3_000, bytesFromCdn: 1_000, stalledMs: 600, freezes: 1 };
const report = (minute: number) => {
  const at = NOW + minute * 60_000;
  return keptReport({
    session: `1234567${minute}`,
    from: moment(at),
    to: moment(at + 59_999, counts),
    startMs: 800,
    isLast: true,
  });
};
const { minutes } = insightsOf(figuresOf([report(0), report(3)], MINUTE, MINUTE + 3));
const columns = (id: string) => {
  const chart = CHARTS.find((each) => each.id === id);
  if (!chart) throw new Error(`There is no ${id}`);
  return columnsOf(chart, minutes);
};

test("a minute in which nobody watched is a gap", () => {
  expect(columns("viewers")).toEqual([
    [NOW / 1000, NOW / 1000 + 60, NOW / 1000 + 180],
    [1, null, 1],
  ]);
});

test("each chart says what its minutes had", () => {
  const first = (id: string) =>
    columns(id)
      .slice(1)
      .map(([value]) => value);
  expect(first("sharing")).toEqual([75]);
  expect(first("rebuffering")).toEqual([1]);
  expect(first("freezes")).toEqual([60]);
  expect(first("failed")).toEqual([0]);
  expect(first("delay")).toEqual([null, null]);
  for (const value of first("start")) expect(value).toBeCloseTo(0.8, 1);
  for (const [index, value] of first("copies").entries()) expect(value).toBeCloseTo([0.25, 1][index] ?? 0, 3);
});

test("where all comes from other viewers, no copy leaves the CDN, and none is made up", () => {
  const [row] = minutes;
  const chart = CHARTS.find(({ id }) => id === "copies");
  if (!(row && chart)) throw new Error("Nobody watched");
  expect(columnsOf(chart, [{ ...row, shareFromPeers: 1, copiesFromCdn: 0 }]).slice(1)).toEqual([[0], [0]]);
});

test("values are short, and what isn't known is a dash", () => {
  const chart = { id: "", title: "", lines: [], digits: 1 };
  expect([12_345.678, null, undefined].map((value) => valueText(value, chart))).toEqual([
    "12,345.7",
    "–",
    "–",
  ]);
});
