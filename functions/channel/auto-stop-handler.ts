// Looks after the running channel every few minutes.

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { ScheduledEvent } from "aws-lambda";
import { cloudWatchMetrics } from "./auto-stop/metrics-cloudwatch.ts";
import { noNotices, snsNotices } from "./auto-stop/notices.ts";
import { stopIfIdle } from "./auto-stop/stop-if-idle.ts";
import { channelState, stopChannel } from "./channels-medialive.ts";

const { CHANNEL_ID = "", AUTO_STOP_MINUTES = "", NOTICES_TOPIC = "" } = process.env;
const client = new MediaLiveClient({});
const channels = { state: channelState(client), stop: stopChannel(client) };
const metrics = cloudWatchMetrics();
const notices = NOTICES_TOPIC === "" ? noNotices : snsNotices(NOTICES_TOPIC);

export async function handler(_event: ScheduledEvent): Promise<void> {
  const world = { channels, metrics, notices, log: console.log, now: Date.now };
  await stopIfIdle(CHANNEL_ID, { autoStopMinutes: Number(AUTO_STOP_MINUTES) }, world);
}
