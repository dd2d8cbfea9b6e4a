/** Lambda handler that runs every few minutes: stops the channel when nothing has come in for a while. */

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { ScheduledEvent } from "aws-lambda";
import { cloudWatchMetrics } from "./auto-stop/metrics-cloudwatch.ts";
import { noNotices, snsNotices } from "./auto-stop/notices.ts";
import { readSettings } from "./auto-stop/settings.ts";
import { stopIfIdle } from "./auto-stop/stop-if-idle.ts";
import { channelState, stopChannel } from "./channels-medialive.ts";
import { requestLimits } from "./request-limits.ts";

const { channelId, idleLimit, noticesTopic } = readSettings(process.env);
const client = new MediaLiveClient(requestLimits());
const channels = { state: channelState(client), stop: stopChannel(client) };
const metrics = cloudWatchMetrics();
const notices = noticesTopic === null ? noNotices : snsNotices(noticesTopic);

export async function handler(_event: ScheduledEvent): Promise<void> {
  const services = { channels, metrics, notices, log: console.log, now: Date.now };
  await stopIfIdle(channelId, idleLimit, services);
}
