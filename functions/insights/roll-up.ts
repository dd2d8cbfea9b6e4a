/** Makes minute figures of reports, again and again until no report of a minute can come any more. */

import type { Table } from "../record/dynamodb.ts";
import { type Figures, figuresOf } from "./figures.ts";
import type { KeptReport } from "./kept-report.ts";
import { keepFigures, minuteAt, readFigures, readReports } from "./store.ts";

/** A report covers four minutes, is taken for ten more, and says who is there for five. */
const OPEN_MINUTES = 15;
const PRESENT_MINUTES = 5;

/** The reports that the figures of the last minutes are made of: of a little more than a quarter of an hour, and all that is newer. */
export async function newestReports(table: Table, nowSeconds: number): Promise<KeptReport[]> {
  const { first, last } = openMinutes(nowSeconds);
  return reportsFor(table, first, last);
}

/** Writes the figures of the minutes before this moment, as they stand, and returns them. Doing it twice changes nothing. */
export async function rollUp(
  table: Table,
  reports: readonly KeptReport[],
  nowSeconds: number,
): Promise<Figures[]> {
  const { first, last } = openMinutes(nowSeconds);
  const minutes = figuresOf(reports, first, last);
  for (const figures of minutes) await keepFigures(table, figures);
  return minutes;
}

function openMinutes(nowSeconds: number) {
  const last = minuteAt(nowSeconds) - 1;
  return { first: last - OPEN_MINUTES + 1, last };
}

/** The figures of these minutes; the newest, which nobody has rolled up yet, from the reports themselves. */
export async function figuresBetween(
  table: Table,
  { first, last, nowSeconds }: { readonly first: number; readonly last: number; readonly nowSeconds: number },
): Promise<Figures[]> {
  const kept = await readFigures(table, first, last);
  const open = minuteAt(nowSeconds) - OPEN_MINUTES;
  const from = Math.max(first, open, (kept.at(-1)?.minute ?? 0) + 1);
  return from > last ? kept : [...kept, ...figuresOf(await reportsFor(table, from, last), from, last)];
}

function reportsFor(table: Table, first: number, last: number): Promise<KeptReport[]> {
  return readReports(table, first - PRESENT_MINUTES, last + OPEN_MINUTES);
}
