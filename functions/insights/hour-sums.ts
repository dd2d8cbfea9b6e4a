/** What was watched in each hour: a month of these is read at once, where its minutes' figures would be megabytes. */

import { itemsBetween, keyOf, putItem, type Table, textIn } from "../record/dynamodb.ts";
import { figuresBetween } from "./roll-up.ts";
import { rowOf } from "./rows.ts";
import type { Usage } from "./usage.ts";

const HOUR_SECONDS = 3600;
/** As long as figures. */
const KEPT_SECONDS = 396 * 24 * HOUR_SECONDS;
/** When no report of the hour before can come any more, and once again, should that have failed. */
const SUMMED_AT_MINUTES: readonly number[] = [20, 50];

const NOTHING: Usage = { hoursWatched: 0, gigabytesFromCdn: 0, gigabytesFromPeers: 0 };

/** Twice an hour, sums up the hour before. Doing it twice changes nothing. */
export async function sumLastHour(table: Table, nowSeconds: number): Promise<void> {
  if (!SUMMED_AT_MINUTES.includes(Math.floor(nowSeconds / 60) % 60)) return;
  const hour = Math.floor(nowSeconds / HOUR_SECONDS) - 1;
  const usage = await usageOf(table, { first: hour, last: hour, nowSeconds });
  if (usage.hoursWatched === 0) return;
  await putItem(table, {
    ...keyOf("hour", idOf(hour)),
    value: { S: JSON.stringify(usage) },
    expiresAt: { N: String(hour * HOUR_SECONDS + KEPT_SECONDS) },
  });
}

/** From the beginning of this hour, since the epoch, until now. */
export async function usageSince(table: Table, first: number, nowSeconds: number): Promise<Usage> {
  const now = Math.floor(nowSeconds / HOUR_SECONDS);
  // The last two hours may not be summed up yet.
  const open = Math.max(first, now - 1);
  const items = first < open ? await itemsBetween(table, "hour", idOf(first), idOf(open - 1)) : [];
  const closed = items.map(({ value }) => JSON.parse(textIn(value)) as Usage);
  return total([...closed, await usageOf(table, { first: open, last: now, nowSeconds })]);
}

async function usageOf(
  table: Table,
  { first, last, nowSeconds }: { readonly first: number; readonly last: number; readonly nowSeconds: number },
): Promise<Usage> {
  const figures = await figuresBetween(table, { first: first * 60, last: last * 60 + 59, nowSeconds });
  if (figures.length === 0) return NOTHING;
  const { hoursWatched, gigabytesFromCdn, gigabytesFromPeers } = rowOf(figures);
  return { hoursWatched, gigabytesFromCdn, gigabytesFromPeers };
}

function total(all: readonly Usage[]): Usage {
  return all.reduce((sum, each) => ({
    hoursWatched: sum.hoursWatched + each.hoursWatched,
    gigabytesFromCdn: sum.gigabytesFromCdn + each.gigabytesFromCdn,
    gigabytesFromPeers: sum.gigabytesFromPeers + each.gigabytesFromPeers,
  }));
}

function idOf(hour: number): string {
  return String(hour).padStart(7, "0");
}
