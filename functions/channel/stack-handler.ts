/**
 * Lambda handler of the stack's custom resources: makes secrets, and stops the channel before it is changed or deleted.
 */

import { randomBytes } from "node:crypto";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { CloudFormationCustomResourceEvent, Context } from "aws-lambda";
import { channelState, findChannel, stopChannel } from "./channels-medialive.ts";
import { wallClock } from "./reach.ts";
import { requestLimits } from "./request-limits.ts";
import { serveStack } from "./stack/requests.ts";
import { respond } from "./stack/respond.ts";

const client = new MediaLiveClient(requestLimits());
const channels = { find: findChannel(client), state: channelState(client), stop: stopChannel(client) };

// The event is never logged: its properties may hold the stream key, and its URL is a credential.
export async function handler(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  const services = { channels, clock: wallClock, randomBytes, respond, log: console.log };
  await serveStack(event, context.getRemainingTimeInMillis(), services);
}
