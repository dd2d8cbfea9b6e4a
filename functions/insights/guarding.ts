/** Looks into the newest reports each minute, and lowers the ramp when sharing does harm. */

import type { Table } from "../record/dynamodb.ts";
import { alarmIn } from "./guard.ts";
import type { KeptReport } from "./kept-report.ts";
import { changedAt, rampAfter, rampAt } from "./ramp.ts";
import { readRamp, writeRamp } from "./ramp-store.ts";

interface Looked {
  /** Of the last quarter of an hour. */
  readonly reports: readonly KeptReport[];
  readonly nowSeconds: number;
  /** Whether the deployment wants it. */
  readonly isOn: boolean;
  /** The part of the viewers whom the deployment lets share. */
  readonly deployed: number;
}

/** Resolves to the part of the viewers who may share from now on. A guard that was switched off lets everybody share again. */
export async function guardSharing(
  table: Table,
  { reports, nowSeconds, isOn, deployed }: Looked,
): Promise<number> {
  const now = nowSeconds * 1000;
  const { kept, version } = await readRamp(table);
  const ramp = rampAt(kept, now);
  if (!isOn) {
    if (ramp < 1) await writeRamp(table, { ramp: 1, since: now, alarm: null }, version);
    return 1;
  }
  const alarm = ramp === 0 ? null : alarmIn(reports, { now, changedAt: changedAt(kept, now) });
  if (alarm === null) return ramp;
  const lower = rampAfter(Math.min(ramp, deployed));
  await writeRamp(table, { ramp: lower, since: now, alarm }, version);
  return lower;
}
