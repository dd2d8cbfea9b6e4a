/** Keeps how well the stream comes in, as the channel's function last judged it. */

import { getItem, keyOf, putItem, type Table, textIn } from "./dynamodb.ts";
import type { Versioned } from "./record.ts";
import type { Health } from "./show.ts";

const NOW = keyOf("health", "now");

/** Null where nothing was judged yet. */
export async function readHealth(table: Table): Promise<Versioned<Health>> {
  const item = await getItem(table, NOW);
  if (!item) return { value: null, version: 0 };
  return { value: JSON.parse(textIn(item["value"])) as Health, version: Number(textIn(item["version"])) };
}

/** Rejects with Overtaken when the stored health isn't of this version any more. */
export async function writeHealth(table: Table, health: Health, after: number): Promise<void> {
  const value = { S: JSON.stringify(health) };
  await putItem(table, { ...NOW, value, version: { N: String(after + 1) } }, after);
}
