/** Serves the built pages, the event and their configuration to CloudFront, which adds security headers and caches them. */

import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { requiredVariable } from "../aws/environment.ts";
import { NOBODY_REPORTS, type Pace, paceOf } from "../insights/pace.ts";
import { readPace, readRampAt } from "../insights/pace-store.ts";
import { type Table, tableFrom, tableNamed } from "../record/dynamodb.ts";
import { readPicture, readRecord } from "../record/record.ts";
import { CONFIG_PATH, guardedConfig, PACE_PATH, readConfig } from "./config.ts";
import { EventSite } from "./event-site.ts";
import { PaceSite } from "./pace-site.ts";
import { readPages } from "./pages.ts";
import { respond, respondWithConfig } from "./responses.ts";

// The pages are in a folder beside this file, both in the bundle and in the sources.
const pages = await readPages(new URL("pages/", import.meta.url));
const config = readConfig(process.env);

let opened: Table | undefined;
function table(): Table {
  opened ??= tableFrom(process.env);
  return opened;
}
const eventSite = new EventSite(pages, {
  readRecord: async () => readRecord(table()),
  readPicture: async (name) => readPicture(table(), name),
  now: Date.now,
  warn: console.warn,
});

let openedInsights: Table | undefined;
function insights(): Table {
  openedInsights ??= tableNamed(requiredVariable(process.env, "INSIGHTS_TABLE"), process.env);
  return openedInsights;
}
const paceSite = new PaceSite({
  readPace: async () => (process.env["INSIGHTS"] === "on" ? paceNow() : NOBODY_REPORTS),
  now: Date.now,
  warn: console.warn,
});

async function paceNow(): Promise<Pace> {
  const [{ pace }, ramp] = await Promise.all([
    readPace(insights()),
    readRampAt(insights(), Date.now() / 1000),
  ]);
  return paceOf(pace, ramp);
}

export async function handler(event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> {
  if (event.rawPath === PACE_PATH) return paceSite.respond();
  if (event.rawPath === CONFIG_PATH) return respondWithConfig(guardedConfig(config, await paceSite.ramp()));
  return (await eventSite.respond(event)) ?? respond(event, pages);
}
