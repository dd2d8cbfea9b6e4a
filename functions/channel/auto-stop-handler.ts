// Looks after the running channel every few minutes.

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { ScheduledEvent } from "aws-lambda";
import { cloudWatchMetrics } from "./auto-stop/metrics-cloudwatch.ts";
import { noNotices, snsNotices } from "./auto-stop/notices.ts";
import { readSettings } from "./auto-stop/settings.ts";
import { stopIfIdle } from "./auto-stop/stop-if-idle.ts";
import { channelState, stopChannel } from "./channels-medialive.ts";
import { requestLimits } from "./request-limits.ts";

const { channelId, patience, noticesTopic } = readSettings(process.env);
const client = new MediaLiveClient(requestLimits());
const channels = { state: channelState(client), stop: stopChannel(client) };
const metrics = cloudWatchMetrics();
const notices = noticesTopic === null ? noNotices : snsNotices(noticesTopic);

export async function handler(_event: ScheduledEvent): Promise<void> {
  const world = { channels, metrics, notices, log: console.log, now: Date.now };
  await stopIfIdle(channelId, patience, world);
}
