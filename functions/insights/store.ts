/**
 * Where reports and figures are kept: a table of their own (docs/decisions/insights-from-a-sample.md). What is asked of it:
 *
 * | who, how often | asks | by |
 * | --- | --- | --- |
 * | reports, for each | keeps a report, in its own place | kind `report`, id its minute, viewer, session and number |
 * | reports, once a second for each instance at most | adds to the window's count | kind `window`, id |
 * | the same | reads the pace, and writes it when it changes | kind `pace`, version |
 * | site, once in a second for each instance at most | reads the pace | kind `pace` |
 * | roll-up, once a minute | all reports of the last minutes; writes their figures | kind `report`, a range; kind `figures`, id the minute |
 * | roll-up, twice an hour | the figures of the hour before; writes their sums | kind `figures`, a range; kind `hour`, id |
 * | studio, once when it opens | the sums of a month | kind `hour`, a range |
 * | reports, once a second; site, once in a second; roll-up and health, once a minute; studio | SharingGuard's ramp, which the roll-up changes | kind `ramp`, version |
 * | studio | the figures of some minutes; reports since the last | kind `figures`, a range; kind `report`, a range |
 */

import { itemsBetween, keyOf, putItem, type Table, textIn } from "../record/dynamodb.ts";
import type { Figures } from "./figures.ts";
import { firstIdOf, idOf, type KeptReport, minuteOf, read, written } from "./kept-report.ts";

const HOUR_SECONDS = 3600;
/** Until they are figures, and two days in which a mistake can be found. */
const REPORT_SECONDS = 48 * HOUR_SECONDS;
/** Thirteen months, so that a yearly event can be set beside the last one. */
const FIGURES_SECONDS = 396 * 24 * HOUR_SECONDS;

/** `now` is in seconds, as all times of the table. */
export async function keepReport(table: Table, report: KeptReport, now: number): Promise<void> {
  await putItem(table, {
    ...keyOf("report", idOf(report)),
    value: { S: written(report) },
    expiresAt: { N: String(now + REPORT_SECONDS) },
  });
}

/** Reports of these minutes, both included. */
export async function readReports(table: Table, first: number, last: number): Promise<KeptReport[]> {
  const items = await itemsBetween(table, "report", firstIdOf(first), firstIdOf(last + 1));
  return items.map(({ value }) => read(textIn(value)));
}

export async function keepFigures(table: Table, figures: Figures): Promise<void> {
  await putItem(table, {
    ...keyOf("figures", firstIdOf(figures.minute)),
    value: { S: JSON.stringify(figures) },
    expiresAt: { N: String(figures.minute * 60 + FIGURES_SECONDS) },
  });
}

export async function readFigures(table: Table, first: number, last: number): Promise<Figures[]> {
  const items = await itemsBetween(table, "figures", firstIdOf(first), firstIdOf(last));
  return items.map(({ value }) => JSON.parse(textIn(value)));
}

/** The minute of a time in seconds. */
export function minuteAt(seconds: number): number {
  return minuteOf(seconds * 1000);
}
