/** Keeps the last rehearsal. The machine on which its viewers run writes how it goes; the studio reads it. */

import { getItem, keyOf, putItem, type Table, textIn } from "./dynamodb.ts";
import type { Rehearsal } from "./rehearsal.ts";

const LAST = keyOf("rehearsal", "last");

/** Null before the first. */
export async function readRehearsal(table: Table): Promise<Rehearsal | null> {
  const item = await getItem(table, LAST);
  return item ? (JSON.parse(textIn(item["value"])) as Rehearsal) : null;
}

export async function writeRehearsal(table: Table, rehearsal: Rehearsal): Promise<void> {
  await putItem(table, { ...LAST, value: { S: JSON.stringify(rehearsal) } });
}
