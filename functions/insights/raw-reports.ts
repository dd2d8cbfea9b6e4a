/** Keeps raw reports in S3 for Athena, where a deployment wants them (docs/decisions/raw-reports-by-the-roll-up.md). */

import { gzipSync } from "node:zlib";
import type { Table } from "../record/dynamodb.ts";
import { type Bucket, putObject } from "./bucket.ts";
import { type RawRow, rawRowsOf } from "./raw-rows.ts";
import { minuteAt, readReports } from "./store.ts";

/** Where objects are in the bucket. */
export const REPORTS_FOLDER = "reports/";

/** An object has so many minutes: few enough to be written by one short run, and as many as make a query quick. */
const OBJECT_MINUTES = 10;
/** Reports are taken for ten minutes; an object is written when five more have passed. */
const CLOSED_MINUTES = 15;
/** A report covers no more, so what comes before tells of nothing that it tells. */
const REPORT_MINUTES = 20;

/**
 * Once in ten minutes, writes the last minutes of which no report can come any more, and once again those before, should
 * that have failed. The same minutes make the same object, so doing it twice changes nothing.
 */
export async function keepRawReports(table: Table, bucket: Bucket, nowSeconds: number): Promise<void> {
  const end = minuteAt(nowSeconds) - CLOSED_MINUTES;
  if (end % OBJECT_MINUTES !== 0) return;
  for (const first of [end - 2 * OBJECT_MINUTES, end - OBJECT_MINUTES]) {
    const last = first + OBJECT_MINUTES - 1;
    const rows = rawRowsOf(await readReports(table, first - REPORT_MINUTES, last), first, last);
    if (rows.length === 0) continue;
    await putObject(bucket, { key: keyOf(first), body: written(rows), contentType: "application/gzip" });
  }
}

/** A folder for each day, which is the table's partition. */
function keyOf(minute: number): string {
  const [day, time = ""] = new Date(minute * 60_000).toISOString().split("T");
  return `${REPORTS_FOLDER}dt=${day}/${time.slice(0, 5).replace(":", "")}.json.gz`;
}

/** A line of JSON for each row; what isn't known is left out. */
function written(rows: readonly RawRow[]): Uint8Array<ArrayBuffer> {
  const lines = rows.map((row) => JSON.stringify(row, (_, value) => value ?? undefined));
  return Uint8Array.from(gzipSync(`${lines.join("\n")}\n`));
}
