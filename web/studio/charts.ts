/** What the charts of the insights show: a few lines each, by the minute. */

import type { Row } from "../../functions/insights/rows.ts";

interface Line {
  readonly title: string;
  value(row: Row): number | null;
}

export interface Chart {
  /** Of its element. */
  readonly id: string;
  readonly title: string;
  /** The first is drawn solid, the second dashed. */
  readonly lines: readonly Line[];
  readonly digits: number;
}

const percent = (part: number) => part * 100;

export const CHARTS: readonly Chart[] = [
  chart("viewers", "Viewers", 0, [["Viewers", (row) => row.viewers]]),
  chart("start", "Start time, in seconds", 2, [
    ["Half within", (row) => row.startSeconds.p50],
    ["95 % within", (row) => row.startSeconds.p95],
  ]),
  chart("failed", "Failures to start", 0, [["Failed starts", (row) => row.failedStarts]]),
  chart("rebuffering", "Rebuffering, in % of the time watched", 2, [
    ["Rebuffering", (row) => percent(row.rebufferingRatio)],
  ]),
  chart("freezes", "Freezes in an hour of watching", 2, [["Freezes", (row) => row.freezesAnHour]]),
  chart("delay", "Delay behind live, in seconds", 1, [
    ["Half within", (row) => row.delaySeconds.p50],
    ["95 % within", (row) => row.delaySeconds.p95],
  ]),
  chart("sharing", "From other viewers, in % of the bytes", 1, [
    ["From other viewers", (row) => percent(row.shareFromPeers)],
  ]),
  chart("copies", "Copies of each segment from the CDN, and viewers of a rendition", 1, [
    ["Copies", (row) => row.copiesFromCdn],
    ["Without sharing", (row) => withoutSharing(row)],
  ]),
];

export type Columns = [number[], ...(number | null)[][]];

/** Seconds since the epoch, and a column for each line; a minute in which nobody watched is a gap. */
export function columnsOf({ lines }: Chart, rows: readonly Row[]): Columns {
  const at: number[] = [];
  const values: (number | null)[][] = lines.map(() => []);
  for (const row of rows) {
    const last = at.at(-1);
    if (last !== undefined && row.minute * 60 - last > 60) {
      at.push(last + 60);
      for (const column of values) column.push(null);
    }
    at.push(row.minute * 60);
    for (const [index, { value }] of lines.entries()) values[index]?.push(value(row));
  }
  return [at, ...values];
}

/** What a line says of a minute. */
export function valueText(value: number | null | undefined, { digits }: Chart): string {
  return value === null || value === undefined
    ? "–"
    : value.toLocaleString("en", { maximumFractionDigits: digits });
}

function withoutSharing({ copiesFromCdn, shareFromPeers }: Row): number {
  return shareFromPeers < 1 ? copiesFromCdn / (1 - shareFromPeers) : copiesFromCdn;
}

function chart(
  id: string,
  title: string,
  digits: number,
  lines: readonly (readonly [string, Line["value"]])[],
): Chart {
  return { id, title, digits, lines: lines.map(([name, value]) => ({ title: name, value })) };
}
