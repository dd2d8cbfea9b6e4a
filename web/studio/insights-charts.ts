/** Draws the charts of the insights, by uPlot, with a table beneath each. */

import uPlot from "uplot";
import type { Row } from "../../functions/insights/rows.ts";
import { CHARTS, type Chart, columnsOf, valueText } from "./charts.ts";
import { hashOf } from "./moment.ts";
import { element, field } from "./page.ts";

const HEIGHT_PIXELS = 160;

/** What is drawn anew when the light or the width changes. */
let rows: readonly Row[] = [];
let marked: number | null = null;
let plots: readonly uPlot[] = [];

/** Makes the charts' elements, and keeps them as wide as the page. */
export function prepareCharts(): void {
  field("insights-charts").replaceChildren(...CHARTS.map(figureOf));
  const redraw = () => showCharts(rows, marked);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  let width = 0;
  new ResizeObserver(([entry]) => {
    const isWider = entry !== undefined && Math.round(entry.contentRect.width) !== width;
    width = Math.round(entry?.contentRect.width ?? 0);
    if (isWider) redraw();
  }).observe(field("insights-charts"));
}

/** `minute` is marked in all charts. */
export function showCharts(shown: readonly Row[], minute: number | null): void {
  rows = shown;
  marked = minute;
  for (const plot of plots) plot.destroy();
  const width = field("insights-charts").clientWidth;
  plots = width === 0 ? [] : CHARTS.map((chart) => plotOf(chart, width));
  for (const chart of CHARTS) if (field<HTMLDetailsElement>(`${chart.id}-details`).open) fillTable(chart);
}

function figureOf(chart: Chart): HTMLElement {
  const keys = chart.lines.length > 1 ? `: ${chart.lines.map(keyOf).join(", ")}` : "";
  const details = element("details", { id: `${chart.id}-details` }, [
    element("summary", {}, [`As a table: ${chart.title}`]),
    element("div", { className: "wide", tabIndex: 0 }, [element("table", { id: `${chart.id}-table` })]),
  ]);
  details.addEventListener("toggle", () => {
    if (details.open) fillTable(chart);
  });
  const plot = element("div", { id: `${chart.id}-plot`, className: "plot" });
  plot.role = "img";
  plot.ariaLabel = `Chart: ${chart.title}. The table below says the same.`;
  return element("figure", {}, [
    element("figcaption", {}, [
      element("strong", {}, [chart.title]),
      `${keys} `,
      element("output", { id: `${chart.id}-now` }),
    ]),
    plot,
    details,
  ]);
}

function keyOf({ title }: Chart["lines"][number], index: number): string {
  return `${title.toLowerCase()} (${index === 0 ? "solid" : "dashed"})`;
}

function plotOf(chart: Chart, width: number): uPlot {
  const style = getComputedStyle(document.documentElement);
  const [text, quiet, line, act, poor] = ["--text", "--quiet", "--line", "--act", "--poor"].map((name) =>
    style.getPropertyValue(name),
  ) as [string, string, string, string, string];
  const axis = { stroke: quiet, grid: { stroke: line, width: 0.5 }, ticks: { show: false } };
  const plot = new uPlot(
    {
      width,
      height: HEIGHT_PIXELS,
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, (most || 0) * 1.1)] } },
      // Times of twelve hours are wide.
      axes: [
        { ...axis, space: 80 },
        { ...axis, size: 56 },
      ],
      series: [
        {},
        ...chart.lines.map(({ title }, index) => ({
          label: title,
          stroke: index === 0 ? act : poor,
          width: 2,
          ...(index > 0 && { dash: [6, 4] }),
        })),
      ],
      legend: { show: false },
      cursor: { sync: { key: "insights" }, drag: { x: false, y: false } },
      hooks: {
        setCursor: [(each) => tell(each, chart)],
        draw: [(each) => mark(each, text)],
      },
    },
    columnsOf(chart, rows),
    field(`${chart.id}-plot`),
  );
  plot.over.addEventListener("click", () => {
    const at = plot.data[0][plot.cursor.idx ?? -1];
    if (at !== undefined) location.hash = hashOf(at / 60);
  });
  return plot;
}

/** What the chart says where the pointer is. */
function tell({ cursor: { idx }, data }: uPlot, chart: Chart): void {
  const at = data[0][idx ?? -1];
  const values = chart.lines.map((_, index) => valueText(data[index + 1]?.[idx ?? -1], chart));
  field<HTMLOutputElement>(`${chart.id}-now`).value =
    at === undefined ? "" : `${clock(at / 60)}: ${values.join(", ")}`;
}

function mark(plot: uPlot, colour: string): void {
  if (marked === null) return;
  const x = plot.valToPos(marked * 60, "x", true);
  const { left, top, width, height } = plot.bbox;
  if (x < left || x > left + width) return;
  plot.ctx.save();
  plot.ctx.strokeStyle = colour;
  plot.ctx.lineWidth = 2;
  // As the last line was drawn, otherwise.
  plot.ctx.setLineDash([]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(x, top);
  plot.ctx.lineTo(x, top + height);
  plot.ctx.stroke();
  plot.ctx.restore();
}

/** Each minute is a link to it. */
function fillTable(chart: Chart): void {
  const head = ["Minute", ...chart.lines.map(({ title }) => title)].map((title) =>
    element("th", {}, [title]),
  );
  const body = rows.toReversed().map((row) => {
    const link = element("a", { href: hashOf(row.minute) }, [clock(row.minute)]);
    const cells = chart.lines.map(({ value }) => element("td", {}, [valueText(value(row), chart)]));
    return element("tr", {}, [element("td", {}, [link]), ...cells]);
  });
  field(`${chart.id}-table`).replaceChildren(element("tr", {}, head), ...body);
}

export function clock(minute: number): string {
  return new Date(minute * 60_000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
