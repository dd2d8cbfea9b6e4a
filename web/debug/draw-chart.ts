/** Draws the chart of segments as SVG, whose text stays text. */

import type { Chart, ChartRow } from "./chart-rows.ts";

const SVG = "http://www.w3.org/2000/svg";
const ROW = 16;
const LABELS = 52;
const SOURCES = 92;
const AXIS = 22;
const LEAST_WIDTH = 300;

/** Between two words of the axis, in pixels. */
const LEAST_STEP = 32;
const STEPS = [1, 2, 5, 10];

export function drawChart(place: HTMLElement, chart: Chart): void {
  const width = Math.max(LEAST_WIDTH, place.clientWidth);
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
  const step = STEPS.find((seconds) => x(chart.first + seconds) - plot.from >= LEAST_STEP) ?? 20;
  for (let second = Math.ceil(chart.first / step) * step; second <= chart.last; second += step) {
    svg.append(
      shape("line", { class: "grid", x1: x(second), x2: x(second), y1: 0, y2: height - AXIS }),
      words(second === 0 ? "due" : `${second < 0 ? "−" : "+"}${Math.abs(second)} s`, {
        class: "axis",
        x: x(second),
        y: height - 6,
        "text-anchor": "middle",
      }),
    );
  }
  for (const [index, row] of chart.rows.entries()) svg.append(...rowShapes(row, index * ROW, x, plot.to));
  svg.append(shape("line", { class: "due", x1: x(0), x2: x(0), y1: 0, y2: height - AXIS }));
  place.replaceChildren(svg);
}

const SIGNS: readonly (readonly [string, () => SVGElement])[] = [
  ["listed", () => shape("line", { class: "known", x1: 8, x2: 8, y1: 2, y2: ROW - 2 })],
  ["from the CDN", () => bar("cdn whole", 1, 14)],
  ["from a peer", () => bar("peers whole", 1, 14)],
  ["broke off", () => bar("peers broken", 1, 14)],
  ["complete", () => dot("complete", 8, ROW / 2)],
  ["complete too late", () => dot("late", 8, ROW / 2)],
  ["the player needs it", () => shape("line", { class: "due", x1: 8, x2: 8, y1: 0, y2: ROW })],
];

/** What the chart's signs mean. */
export function legend(): HTMLElement {
  const caption = document.createElement("figcaption");
  const sentence = document.createElement("p");
  sentence.textContent = "A row for each segment, in time to the moment at which the player needs it.";
  caption.append(sentence);
  for (const [meaning, sign] of SIGNS) {
    const picture = shape("svg", {
      viewBox: `0 0 ${ROW} ${ROW}`,
      width: ROW,
      height: ROW,
      "aria-hidden": "true",
    });
    picture.append(sign());
    const item = document.createElement("span");
    item.append(picture, meaning);
    caption.append(item);
  }
  return caption;
}

function rowShapes(row: ChartRow, top: number, x: (seconds: number) => number, end: number): SVGElement[] {
  const middle = top + ROW / 2;
  const bars = row.bars.map(({ from, to, way }) => {
    const isWhole = way.outcome === "done" || way.outcome === "running";
    return bar(`${way.source} ${isWhole ? "whole" : "broken"}`, x(from), x(to) - x(from), top);
  });
  const dots =
    row.complete === null ? [] : [dot(row.complete > 0 ? "late" : "complete", x(row.complete), middle)];
  return [
    words(row.label, { x: LABELS - 6, y: middle + 4, "text-anchor": "end" }),
    shape("line", { class: "known", x1: x(row.known), x2: x(row.known), y1: top + 2, y2: top + ROW - 2 }),
    ...bars,
    ...dots,
    words(row.from, { x: end + 6, y: middle + 4 }),
  ];
}

function bar(kind: string, from: number, length: number, top = 0): SVGElement {
  return shape("rect", { class: kind, x: from, y: top + 3, width: Math.max(2, length), height: ROW - 6 });
}

function dot(kind: string, x: number, y: number): SVGElement {
  return shape("circle", { class: kind, cx: x, cy: y, r: 3 });
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
