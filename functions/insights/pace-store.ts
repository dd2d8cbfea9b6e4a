/** The pace and the counts that it follows from, in the table that store.ts describes. */

import { addTo, keyOf, readVersioned, type Table, writeVersioned } from "../record/dynamodb.ts";
import { FIRST_PACE, type KeptPace } from "./pace.ts";
import { rampAt } from "./ramp.ts";
import { readRamp } from "./ramp-store.ts";

const PACE = keyOf("pace", "now");

const HOUR_SECONDS = 3600;

interface VersionedPace {
  readonly pace: KeptPace;
  readonly version: number;
}

/** Where instances agree on the pace. */
export interface PaceStore {
  countReports(window: number, by: number, now: number): Promise<number>;
  readPace(): Promise<VersionedPace>;
  /** The part of the viewers who may share; `now` is in seconds. */
  readRamp(now: number): Promise<number>;
  writePace(pace: KeptPace, after: number): Promise<void>;
}

export function paceStoreIn(table: Table): PaceStore {
  return {
    countReports: (window, by, now) => countReports(table, window, by, now),
    readPace: () => readPace(table),
    readRamp: (now) => readRampAt(table, now),
    writePace: (pace, after) => writePace(table, pace, after),
  };
}

/** Adds reports to a window's count, and resolves to the count. `now` is in seconds. */
export async function countReports(table: Table, window: number, by: number, now: number): Promise<number> {
  return addTo(table, keyOf("window", String(window)), by, now + HOUR_SECONDS);
}

export async function readPace(table: Table): Promise<VersionedPace> {
  const { value, version } = await readVersioned(table, PACE, (kept) => kept as KeptPace);
  return { pace: value ?? FIRST_PACE, version };
}

/** SharingGuard's, at a moment in seconds. */
export async function readRampAt(table: Table, now: number): Promise<number> {
  return rampAt((await readRamp(table)).kept, now * 1000);
}

/** Rejects with Overtaken when another instance changed it meanwhile. */
export async function writePace(table: Table, pace: KeptPace, after: number): Promise<void> {
  await writeVersioned(table, PACE, pace, after);
}
