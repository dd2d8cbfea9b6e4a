import { expect, test } from "vitest";
import { figuresOf } from "../../functions/insights/figures.ts";
import { insightsOf } from "../../functions/insights/rows.ts";
import { keptReport, MINUTE, moment, NOW } from "../../test/doubles/reports.ts";
import { cellsOf, csvOf, PART_TITLES, partsOf, TITLES } from "./insights-table.ts";

const to = moment(NOW + 59_000, {
  watchedMs: 59_000,
  stalls: 1,
  stalledMs: 590,
  bytesFromPeers: 30_000_000,
  bytesFromCdn: 10_000_000,
});
const insights = insightsOf(
  figuresOf([keptReport({ to, startMs: 800, isLast: true, probability: 0.5 })], MINUTE, MINUTE),
);
const { all } = insights;
if (!all) throw new Error("Nobody watched");

test("a row has a cell below each title, with what isn't certain", () => {
  const cells = Object.fromEntries(cellsOf(all).map((cell, index) => [TITLES[index], cell]));
  expect(cells).toMatchObject({
    Viewers: "2 ± 3",
    "Start, half within (s)": expect.stringMatching(/^0\.(79|80|81)$/),
    "Delay, half within (s)": "–",
    Rebuffering: "1.0 %",
    "From other viewers": "75.0 %",
    "Copies from the CDN": "0.5",
    "GB from viewers": "0.060",
    Starts: "2",
  });
  const whole = insightsOf(figuresOf([keptReport({ to })], MINUTE, MINUTE)).all;
  expect(whole && cellsOf(whole)[0]).toBe("1");
});

test("a spreadsheet has a line for each minute, and nothing where nothing is known", () => {
  const [heading, line, end] = csvOf(insights).split("\r\n");
  expect(heading).toMatch(/^time,viewers,distinct_viewers,/);
  expect(heading?.split(",")).toHaveLength(TITLES.length + 1);
  expect(line).toMatch(/^2027-01-15T08:00:00\.000Z,2,2,/);
  expect(line?.split(",")[12]).toBe("");
  expect(end).toBe("");
});

test("parts of the audience stand by dimension and value", () => {
  const parts = partsOf(insights);
  expect(parts).toContainEqual(["browser", "Firefox", "0.03", "1.0 %", "0.00", "75.0 %"]);
  expect(parts.every((cells) => cells.length === PART_TITLES.length)).toBe(true);
});
