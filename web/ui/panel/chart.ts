/** The chart of the last minute: throughput from peers, from the CDN and to peers. */

import uPlot from "uplot";
import plotStyles from "uplot/dist/uPlot.min.css" with { type: "text" };
import { adoptStyles } from "../shadow-root.ts";
import chartStyles from "./chart.css" with { type: "text" };
import type { Traffic } from "./traffic.ts";

// The curves also differ in brightness and dashes, for viewers who can't tell the colours apart.
const curvesIn = (accent: string) => [
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

const AXIS = { stroke: "#b6bdc8", grid: { stroke: "#ffffff1f", width: 1 }, ticks: { show: false } };
const HEIGHT_PIXELS = 96;

export class TrafficChart {
  readonly #plot: uPlot;
  readonly #resized: ResizeObserver;

  constructor(container: HTMLElement, spanSeconds: number) {
    adoptStyles(container.getRootNode() as ShadowRoot, plotStyles, chartStyles);
    const curves = curvesIn(getComputedStyle(container).getPropertyValue("--accent"));
    this.#plot = new uPlot(
      {
        width: container.clientWidth,
        height: HEIGHT_PIXELS,
        scales: {
          x: { time: false, range: [-spanSeconds, 0] },
          // The scale is at least 1 Mbit/s, so that low throughput looks low.
          y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] },
        },
        axes: [
          {
            ...AXIS,
            size: 26,
            values: (_plot, ticks) => ticks.map((at) => (at === 0 ? "now" : `−${-at} s`)),
          },
          { ...AXIS, size: 30, space: 18 },
        ],
        series: [{}, ...curves.map(({ legend: _, ...curve }) => ({ ...curve, points: { show: false } }))],
        legend: {
          live: false,
          markers: { width: 2, dash: (_plot, series) => curves[series - 1]?.legend ?? "solid" },
        },
        cursor: { show: false },
      },
      [[], [], [], []],
      container,
    );
    this.#resized = new ResizeObserver(() =>
      this.#plot.setSize({ width: container.clientWidth, height: HEIGHT_PIXELS }),
    );
    this.#resized.observe(container);
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
