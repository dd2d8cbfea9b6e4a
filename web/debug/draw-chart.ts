/** Draws the chart of segments as SVG, whose text stays text. */

import type { Chart, ChartRow } from "./chart-rows.ts";

const SVG = "http://www.w3.org/2000/svg";
const ROW = 16;
const LABELS = 64;
const SOURCES = 92;
const AXIS = 22;
const LEAST_WIDTH = 300;

export function drawChart(figure: HTMLElement, chart: Chart): void {
  const width = Math.max(LEAST_WIDTH, figure.clientWidth);
  const height = chart.rows.length * ROW + AXIS;
  const plot = { from: LABELS, to: width - SOURCES };
  const x = (seconds: number) => {
    const within = Math.min(chart.last, Math.max(chart.first, seconds));
    return plot.from + ((within - chart.first) / (chart.last - chart.first)) * (plot.to - plot.from);
  };
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img" });
  svg.setAttribute(
    "aria-label",
    `The last ${chart.rows.length} segments; the table below has the same in words.`,
  );
  for (let second = Math.ceil(chart.first); second <= chart.last; second += 1) {
    if (second % 2 !== 0) continue;
    svg.append(
      shape("line", { class: "grid", x1: x(second), x2: x(second), y1: 0, y2: height - AXIS }),
      words(second === 0 ? "due" : `${second} s`, {
        class: "axis",
        x: x(second),
        y: height - 6,
        "text-anchor": "middle",
      }),
    );
  }
  for (const [index, row] of chart.rows.entries()) svg.append(...rowShapes(row, index * ROW, x, plot.to));
  svg.append(shape("line", { class: "due", x1: x(0), x2: x(0), y1: 0, y2: height - AXIS }));
  const caption = document.createElement("figcaption");
  caption.textContent =
    "Each row is a segment, and the line is the moment at which the player needs it. A tick: it was listed. A bar: it came, filled from the CDN, dashed from a peer, hollow if it broke off. A dot: it was complete.";
  figure.replaceChildren(svg, caption);
}

function rowShapes(row: ChartRow, top: number, x: (seconds: number) => number, end: number): SVGElement[] {
  const middle = top + ROW / 2;
  const bars = row.bars.map(({ from, to, way }) => {
    const isWhole = way.outcome === "done" || way.outcome === "running";
    return shape("rect", {
      class: `${way.source} ${isWhole ? "whole" : "broken"}`,
      x: x(from),
      y: top + 3,
      width: Math.max(2, x(to) - x(from)),
      height: ROW - 6,
    });
  });
  const dot =
    row.complete === null
      ? []
      : [
          shape("circle", {
            class: row.complete > 0 ? "late" : "complete",
            cx: x(row.complete),
            cy: middle,
            r: 3,
          }),
        ];
  return [
    words(row.label, { x: LABELS - 6, y: middle + 4, "text-anchor": "end" }),
    shape("line", { class: "known", x1: x(row.known), x2: x(row.known), y1: top + 2, y2: top + ROW - 2 }),
    ...bars,
    ...dot,
    words(row.from, { x: end + 6, y: middle + 4 }),
  ];
}

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}

function words(text: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = shape("text", attributes);
  made.textContent = text;
  return made;
}
