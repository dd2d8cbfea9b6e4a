/** SharingGuard's ramp, in the table that store.ts describes. */

import { keyOf, Overtaken, readVersioned, type Table, writeVersioned } from "../record/dynamodb.ts";
import type { KeptRamp } from "./ramp.ts";

const RAMP = keyOf("ramp", "now");

interface VersionedRamp {
  /** Null before the first alarm. */
  readonly kept: KeptRamp | null;
  readonly version: number;
}

export async function readRamp(table: Table): Promise<VersionedRamp> {
  const { value: kept, version } = await readVersioned(table, RAMP, (value) => value as KeptRamp);
  return { kept, version };
}

/** Keeps it unless somebody else has changed it meanwhile: of two who see the same alarm one lowers the ramp. */
export async function writeRamp(table: Table, kept: KeptRamp, after: number): Promise<void> {
  await writeVersioned(table, RAMP, kept, after).catch((error: unknown) => {
    if (!(error instanceof Overtaken)) throw error;
  });
}
