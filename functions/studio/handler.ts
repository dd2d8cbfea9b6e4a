/** Answers CloudFront's requests to the studio's API. */

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { requiredVariable } from "../aws/environment.ts";
import { channelControl } from "../channel/control.ts";
import { requestLimits } from "../channel/request-limits.ts";
import { tableFrom, tableNamed } from "../record/dynamodb.ts";
import { webhookServices } from "../webhook/services.ts";
import { keysIn, linkKeyIn } from "./cookie.ts";
import { thumbnailsOf } from "./picture.ts";
import { dollarsAnHour } from "./price.ts";
import { rehearsalsFrom } from "./rehearsal.ts";
import { Refusal, readRequest } from "./request.ts";
import type { StudioAnswer, StudioServices } from "./route.ts";
import { answer } from "./studio.ts";

const table = tableFrom(process.env);
const channelId = String(process.env["CHANNEL_ID"]);
const mediaLive = new MediaLiveClient(requestLimits());

const services: StudioServices = {
  table,
  insights: tableNamed(requiredVariable(process.env, "INSIGHTS_TABLE"), process.env),
  channel: channelControl(mediaLive, table, { channelId, inputId: String(process.env["INPUT_ID"]) }),
  thumbnail: thumbnailsOf(mediaLive, channelId),
  rehearsals: rehearsalsFrom(process.env),
  dollarsAnHour: dollarsAnHour(String(process.env["LADDER"]), String(process.env["CHANNEL_CLASS"])),
  keys: keysIn(process.env["SESSION_KEYS"]),
  linkKey: linkKeyIn(process.env["LINK_KEY"]),
  now: () => Math.floor(Date.now() / 1000),
  webhook: webhookServices(process.env),
};

export async function handler(event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> {
  try {
    return responseOf(await answer(readRequest(event), services));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return responseOf({ status: error.status, body: { error: error.message } });
  }
}

function responseOf({ status, body, cookie }: StudioAnswer): LambdaFunctionURLResult {
  return {
    statusCode: status,
    headers: { "cache-control": "no-store", ...(status !== 204 && { "content-type": "application/json" }) },
    ...(cookie !== undefined && { cookies: [cookie] }),
    ...(status !== 204 && { body: JSON.stringify(body) }),
  };
}
