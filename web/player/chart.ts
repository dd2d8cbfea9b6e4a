/** The live chart: what came from peers and from the CDN, and what went to peers, over the last minute. */

import uPlot from "uplot";
import plotStyles from "uplot/dist/uPlot.min.css" with { type: "text" };
import { adoptStyles } from "./styles.ts";
import type { Traffic } from "./traffic.ts";

// Colours that differ in brightness too, and dashes, so that the lines can be told apart without colour vision.
const linesIn = (accent: string) => [
  {
    label: "From peers",
    stroke: accent,
    fill: `color-mix(in srgb, ${accent} 20%, transparent)`,
    width: 2,
    legend: "solid",
  },
  { label: "From CDN", stroke: "#e69f00", width: 2, dash: [7, 4], legend: "dashed" },
  { label: "To peers", stroke: "#f2f4f7", width: 1.5, dash: [2, 3], legend: "dotted" },
];

const axis = { stroke: "#b6bdc8", grid: { stroke: "#ffffff1f", width: 1 }, ticks: { show: false } };
const heightPixels = 96;

export class TrafficChart {
  readonly #plot: uPlot;
  readonly #resized: ResizeObserver;

  constructor(place: HTMLElement, spanSeconds: number) {
    adoptStyles(place.getRootNode() as ShadowRoot, plotStyles);
    const lines = linesIn(getComputedStyle(place).getPropertyValue("--accent"));
    this.#plot = new uPlot(
      {
        width: place.clientWidth,
        height: heightPixels,
        scales: {
          x: { time: false, range: [-spanSeconds, 0] },
          // A line of less than a megabit isn't blown up to the chart's full height.
          y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] },
        },
        axes: [
          {
            ...axis,
            size: 26,
            values: (_plot, ticks) => ticks.map((at) => (at === 0 ? "now" : `−${-at} s`)),
          },
          { ...axis, size: 30, space: 18 },
        ],
        series: [{}, ...lines.map(({ legend: _, ...line }) => ({ ...line, points: { show: false } }))],
        legend: {
          live: false,
          markers: { width: 2, dash: (_plot, series) => lines[series - 1]?.legend ?? "solid" },
        },
        cursor: { show: false },
      },
      [[], [], [], []],
      place,
    );
    this.#resized = new ResizeObserver(() =>
      this.#plot.setSize({ width: place.clientWidth, height: heightPixels }),
    );
    this.#resized.observe(place);
  }

  show({ atSeconds, fromPeers, fromCdn, toPeers }: Traffic): void {
    const now = atSeconds.at(-1) ?? 0;
    this.#plot.setData([atSeconds.map((at) => at - now), fromPeers, fromCdn, toPeers]);
  }

  destroy(): void {
    this.#resized.disconnect();
    this.#plot.destroy();
  }
}
