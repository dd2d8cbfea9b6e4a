/** SharingGuard's ramp, in the table that store.ts describes. */

import { getItem, keyOf, Overtaken, putItem, type Table, textIn } from "../record/dynamodb.ts";
import type { KeptRamp } from "./ramp.ts";

const RAMP = keyOf("ramp", "now");

interface VersionedRamp {
  /** Null before the first alarm. */
  readonly kept: KeptRamp | null;
  readonly version: number;
}

export async function readRamp(table: Table): Promise<VersionedRamp> {
  const item = await getItem(table, RAMP);
  if (!item) return { kept: null, version: 0 };
  return { kept: JSON.parse(textIn(item["value"])), version: Number(textIn(item["version"])) };
}

/** Keeps it unless somebody else has changed it meanwhile: of two who see the same alarm one lowers the ramp. */
export async function writeRamp(table: Table, kept: KeptRamp, after: number): Promise<void> {
  const version = { N: String(after + 1) };
  await putItem(table, { ...RAMP, value: { S: JSON.stringify(kept) }, version }, after).catch(
    (error: unknown) => {
      if (!(error instanceof Overtaken)) throw error;
    },
  );
}
