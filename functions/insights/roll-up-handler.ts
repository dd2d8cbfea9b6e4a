/** Runs every minute: guards sharing, makes the last minutes' reports into figures, tells CloudWatch of them, and keeps raw reports. */

import type { ScheduledEvent } from "aws-lambda";
import { requiredVariable } from "../aws/environment.ts";
import { tableNamed } from "../record/dynamodb.ts";
import { bucketNamed } from "./bucket.ts";
import { guardSharing } from "./guarding.ts";
import { sumLastHour } from "./hour-sums.ts";
import { metricsLine, settledOf } from "./metrics.ts";
import { keepRawReports } from "./raw-reports.ts";
import { newestReports, rollUp } from "./roll-up.ts";
import { rowOf } from "./rows.ts";
import { minuteAt } from "./store.ts";

const table = tableNamed(requiredVariable(process.env, "INSIGHTS_TABLE"), process.env);
const functionName = requiredVariable(process.env, "AWS_LAMBDA_FUNCTION_NAME");
const deployed = Number(requiredVariable(process.env, "SHARING_RAMP"));
const isOn = requiredVariable(process.env, "SHARING_GUARD") === "on";
/** Empty where no raw reports are kept. */
const bucketName = process.env["REPORTS_BUCKET"];
const bucket = bucketName ? bucketNamed(bucketName, process.env) : null;

export async function handler({ time }: Pick<ScheduledEvent, "time">): Promise<void> {
  const now = Math.floor(Date.parse(time) / 1000);
  const reports = await newestReports(table, now);
  const ramp = await guardSharing(table, { reports, nowSeconds: now, isOn, deployed });
  const settled = settledOf(await rollUp(table, reports, now), minuteAt(now));
  // Lambda's console.log would wrap the line in words that CloudWatch can't parse.
  if (settled) process.stdout.write(`${metricsLine(rowOf([settled]), ramp, functionName)}\n`);
  await sumLastHour(table, now);
  if (bucket) await keepRawReports(table, bucket, now);
}
