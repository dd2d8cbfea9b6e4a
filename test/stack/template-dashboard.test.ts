/** What the dashboard would show. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { METRICS } from "../../functions/insights/metrics.ts";
import { readTemplate } from "../../local/template.ts";

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title: string; readonly metrics?: readonly (readonly unknown[])[] };
}

const template = await readTemplate();
const body = template.resource("Dashboard").properties.at("DashboardBody").text();
const { widgets } = JSON.parse(body) as { readonly widgets: readonly Widget[] };
const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);

describe("the dashboard", () => {
  test("has widgets that don't lie on each other, within its 24 columns", () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from(
        { length: width * height },
        (_, index) => `${x + (index % width)},${y + Math.floor(index / width)}`,
      ),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBeLessThanOrEqual(24);
  });
  test.each([
    "copies from the CDN",
    "start and delay",
    "frame rate",
    "hit ratio",
    "announces",
    "refusals",
    "throttles",
    "time to answer",
  ])("shows the %s", (what) => {
    expect(widgets.filter(({ properties }) => properties.title.includes(what))).toHaveLength(1);
  });
  test("asks only for figures that the tracker prints", () => {
    const printed = readFileSync(new URL("../../functions/tracker/metrics.ts", import.meta.url), "utf8");
    const asked = metrics
      .filter(([namespace]) => namespace === "Shoal/Tracker")
      .map(([, name]) => String(name));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !printed.includes(`"${name}"`))).toEqual([]);
  });
  test("shows each figure of what viewers got, once", () => {
    const asked = metrics.filter(([namespace]) => namespace === "Shoal/Insights").map(([, name]) => name);
    expect(asked.toSorted()).toEqual(METRICS.map(({ cloudWatchName }) => cloudWatchName).toSorted());
  });
});
