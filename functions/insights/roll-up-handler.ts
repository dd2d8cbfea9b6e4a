/** Runs every minute, and makes the last minutes' reports into figures. */

import type { ScheduledEvent } from "aws-lambda";
import { requiredVariable } from "../aws/environment.ts";
import { tableNamed } from "../record/dynamodb.ts";
import { sumLastHour } from "./hour-sums.ts";
import { rollUp } from "./roll-up.ts";

const table = tableNamed(requiredVariable(process.env, "INSIGHTS_TABLE"), process.env);

export async function handler({ time }: Pick<ScheduledEvent, "time">): Promise<void> {
  const now = Math.floor(Date.parse(time) / 1000);
  await rollUp(table, now);
  await sumLastHour(table, now);
}
