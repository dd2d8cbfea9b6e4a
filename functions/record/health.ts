/** Keeps how well the stream comes in, as the channel's function last judged it. */

import { keyOf, readVersioned, type Table, type Versioned, writeVersioned } from "./dynamodb.ts";
import type { Health } from "./show.ts";

const NOW = keyOf("health", "now");

/** Null where nothing was judged yet. */
export async function readHealth(table: Table): Promise<Versioned<Health>> {
  return readVersioned(table, NOW, (value) => value as Health);
}

/** Rejects with Overtaken when the stored health isn't of this version any more. */
export async function writeHealth(table: Table, health: Health, after: number): Promise<void> {
  await writeVersioned(table, NOW, health, after);
}
