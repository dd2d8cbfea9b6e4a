/** Writes figures for people and for spreadsheets. */

import type { Insights, Row } from "../../functions/insights/rows.ts";

export type Cells = readonly string[];

interface Column {
  /** Of a spreadsheet's column. */
  readonly key: string;
  /** What people read above it. */
  readonly title: string;
  value(row: Row): number | null;
  shown(row: Row): string;
}

const COLUMNS: readonly Column[] = [
  {
    key: "viewers",
    title: "Viewers",
    value: ({ viewers }) => viewers,
    shown: ({ viewers, viewersError }) => estimated(viewers, viewersError),
  },
  {
    key: "distinct_viewers",
    title: "Distinct viewers",
    value: ({ distinctViewers }) => distinctViewers,
    shown: ({ distinctViewers, distinctViewersError }) => estimated(distinctViewers, distinctViewersError),
  },
  column("hours_watched", "Hours watched", (row) => row.hoursWatched, fixed(2)),
  column("start_seconds_p50", "Start, half within (s)", (row) => row.startSeconds.p50, fixed(2)),
  column("start_seconds_p95", "Start, 95 % within (s)", (row) => row.startSeconds.p95, fixed(2)),
  column("starts", "Starts", (row) => row.starts, fixed(0)),
  column("failed_starts", "Failed starts", (row) => row.failedStarts, fixed(0)),
  column("rebuffering_ratio", "Rebuffering", (row) => row.rebufferingRatio, percent),
  column("stalls_per_hour", "Stalls an hour", (row) => row.stallsAnHour, fixed(2)),
  column("freezes_per_hour", "Freezes an hour", (row) => row.freezesAnHour, fixed(2)),
  column("dropped_frames_per_hour", "Dropped frames an hour", (row) => row.droppedFramesAnHour, fixed(1)),
  column("delay_seconds_p50", "Delay, half within (s)", (row) => row.delaySeconds.p50, fixed(1)),
  column("share_from_peers", "From other viewers", (row) => row.shareFromPeers, percent),
  column("copies_from_cdn", "Copies from the CDN", (row) => row.copiesFromCdn, fixed(1)),
  column("gigabytes_from_peers", "GB from viewers", (row) => row.gigabytesFromPeers, fixed(3)),
  column("gigabytes_from_cdn", "GB from the CDN", (row) => row.gigabytesFromCdn, fixed(3)),
];

export const TITLES: Cells = COLUMNS.map(({ title }) => title);

export function cellsOf(row: Row): Cells {
  return COLUMNS.map(({ shown }) => shown(row));
}

/** A line for each minute (RFC 4180). */
export function csvOf({ minutes }: Insights): string {
  const heading = ["time", ...COLUMNS.map(({ key }) => key)];
  const lines = minutes.map((row) => [timeOf(row.minute), ...COLUMNS.map(({ value }) => value(row) ?? "")]);
  return [heading, ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** A line for each value of each dimension. */
export function partsOf({ by }: Insights): Cells[] {
  return Object.entries(by).flatMap(([dimension, slices]) =>
    slices.map(({ value, hoursWatched, rebufferingRatio, freezesAnHour, shareFromPeers }) => [
      dimension,
      value,
      fixed(2)(hoursWatched),
      percent(rebufferingRatio),
      fixed(2)(freezesAnHour),
      percent(shareFromPeers),
    ]),
  );
}

export const PART_TITLES: Cells = [
  "By",
  "Value",
  "Hours watched",
  "Rebuffering",
  "Freezes an hour",
  "From other viewers",
];

/** Of a minute since the epoch. */
function timeOf(minute: number): string {
  return new Date(minute * 60_000).toISOString();
}

function column(
  key: string,
  title: string,
  value: Column["value"],
  text: (number: number) => string,
): Column {
  const shown = (row: Row) => {
    const number = value(row);
    return number === null ? "–" : text(number);
  };
  return { key, title, value, shown };
}

function fixed(digits: number): (number: number) => string {
  return (number) => number.toFixed(digits);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

/** With twice its standard error, within which the truth lies 19 times of 20. */
function estimated(count: number, error: number): string {
  const whole = Math.round(count).toLocaleString("en");
  return error > 0 ? `${whole} ± ${Math.round(2 * error).toLocaleString("en")}` : whole;
}
