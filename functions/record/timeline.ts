/** What happened in this channel's shows: an item for each event, by its time. Kept for a year and a month. */

import { keyOf, newestOf, putItem, type Table, textIn } from "./dynamodb.ts";
import type { ShowEvent } from "./show.ts";

/** A page of the timeline: more than an evening has. */
const PAGE = 100;
const KEPT_SECONDS = 400 * 24 * 3600;
/** Milliseconds since the epoch have 13 digits until the year 2286, so that their texts are in their order. */
const DIGITS = 13;

/** The same event once more, as EventBridge may bring it, is the same item. */
export async function writeShowEvent(table: Table, event: ShowEvent): Promise<void> {
  await putItem(table, {
    ...keyOf("timeline", `${timeOf(event.at)} ${event.kind}`),
    value: { S: JSON.stringify(event) },
    expiresAt: { N: String(Math.floor(event.at / 1000) + KEPT_SECONDS) },
  });
}

/** The events before this moment, the newest first; as many as fit on a page. */
export async function readTimeline(table: Table, before: number): Promise<readonly ShowEvent[]> {
  const items = await newestOf(table, "timeline", timeOf(before), PAGE);
  return items.map(({ value }) => JSON.parse(textIn(value)) as ShowEvent);
}

function timeOf(at: number): string {
  return String(at).padStart(DIGITS, "0");
}
