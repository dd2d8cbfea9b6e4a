/** Takes viewers' reports from CloudFront, whose edge has checked the ticket. */

import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { requiredVariable } from "../aws/environment.ts";
import { tableNamed } from "../record/dynamodb.ts";
import { NOBODY_REPORTS } from "./pace.ts";
import { paceStoreIn } from "./pace-store.ts";
import { Pacekeeper } from "./pacekeeper.ts";
import { type ReceivingServices, receive } from "./receive.ts";
import { keepReport } from "./store.ts";
import { ViewerLimit } from "./viewer-limit.ts";
import { isControl } from "./viewer-share.ts";
import { whereaboutsIn } from "./whereabouts.ts";

const isOn = requiredVariable(process.env, "INSIGHTS") === "on";
const table = tableNamed(requiredVariable(process.env, "INSIGHTS_TABLE"), process.env);
const pacekeeper = new Pacekeeper(paceStoreIn(table));
const limit = new ViewerLimit();
const control = Number(requiredVariable(process.env, "SHARING_CONTROL"));
const services: ReceivingServices = {
  pace: async (report, nowSeconds) => (isOn ? pacekeeper.count(report, nowSeconds) : NOBODY_REPORTS),
  keep: (report, nowSeconds) => keepReport(table, report, nowSeconds),
  isWithinLimit: (viewer, minute) => limit.allows(viewer, minute),
  isControl: (viewer) => isControl(viewer, control),
  now: Date.now,
};

export async function handler({
  rawPath,
  headers,
  body = "",
  isBase64Encoded,
  requestContext,
}: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> {
  const viewer = headers["x-shoal-viewer"];
  if (rawPath !== "/reports" || requestContext.http.method !== "POST" || viewer === undefined) {
    return { statusCode: 404, headers: { "cache-control": "no-store" } };
  }
  const text = isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
  const { status, reply } = await receive({ viewer, where: whereaboutsIn(headers), body: text }, services);
  return {
    statusCode: status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(reply),
  };
}
