/** Lambda handler that runs every few minutes: stops the channel when nothing has come in for a while. */

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { ScheduledEvent } from "aws-lambda";
import { tableFrom } from "../record/dynamodb.ts";
import { readKeptUntil, writeForecast } from "../record/plans.ts";
import { cloudWatchMetrics } from "./auto-stop/metrics-cloudwatch.ts";
import { readSettings } from "./auto-stop/settings.ts";
import { stopIfIdle } from "./auto-stop/stop-if-idle.ts";
import { channelState, stopChannel } from "./channels-medialive.ts";
import { noNotices, snsNotices } from "./notices.ts";
import { requestLimits } from "./request-limits.ts";

const { channelId, idleLimit, noticesTopic } = readSettings(process.env);
const table = tableFrom(process.env);
const client = new MediaLiveClient(requestLimits());
const channels = { state: channelState(client), stop: stopChannel(client) };
const metrics = cloudWatchMetrics();
const notices = noticesTopic === null ? noNotices : snsNotices(noticesTopic);

export async function handler(_event: ScheduledEvent): Promise<void> {
  await stopIfIdle(channelId, idleLimit, {
    channels,
    metrics,
    notices,
    keptUntil: () => readKeptUntil(table),
    noteForecast: (forecast) => writeForecast(table, forecast),
    log: console.log,
    now: Date.now,
  });
}
