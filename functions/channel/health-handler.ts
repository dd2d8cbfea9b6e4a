/**
 * Lambda handler that judges how the stream comes in, every minute while the channel runs, and keeps the show's timeline:
 * what begins, what is over, and what MediaLive tells. The webhook hears of the same, and by e-mail people hear of what viewers
 * see.
 */

import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { requiredVariable } from "../aws/environment.ts";
import { readRamp } from "../insights/ramp-store.ts";
import { guardNotice } from "../insights/ramp-words.ts";
import { tableFrom, tableNamed } from "../record/dynamodb.ts";
import { readHealth, writeHealth } from "../record/health.ts";
import { readBroadcast } from "../record/record.ts";
import type { ShowEvent } from "../record/show.ts";
import { writeShowEvent } from "../record/timeline.ts";
import { deliverDue, queueEvents } from "../webhook/deliver.ts";
import { webhookServices } from "../webhook/services.ts";
import type { ChannelEvent } from "./broadcast.ts";
import { activeAlerts } from "./health/alerts-medialive.ts";
import { inputMinutes, type MetricSources } from "./health/input-cloudwatch.ts";
import type { Mail } from "./health/mail.ts";
import type { Wanted } from "./health/minutes.ts";
import { sharingNews } from "./health/sharing-news.ts";
import { eventTold } from "./health/told.ts";
import { atRest, watch } from "./health/watch.ts";
import { noNotices, snsNotices } from "./notices.ts";
import { requestLimits } from "./request-limits.ts";

/** Long enough to tell a pattern from a scene, and a fault that is over. */
const HEALTH_MINUTES = 10;

const table = tableFrom(process.env);
const insightsTable = tableNamed(requiredVariable(process.env, "INSIGHTS_TABLE"), process.env);
const deliveries = { table, ...webhookServices(process.env) };
const client = new CloudWatchClient(requestLimits());
const mediaLive = new MediaLiveClient(requestLimits());
const topic = process.env["NOTICES_TOPIC"];
const notices = topic ? snsNotices(topic) : noNotices;
const hasInputMetrics = requiredVariable(process.env, "INPUT_METRICS") === "measured";
const sources: MetricSources = {
  hasInputMetrics,
  channelId: requiredVariable(process.env, "CHANNEL_ID"),
  channelGroup: requiredVariable(process.env, "CHANNEL_GROUP"),
  edge: {
    // Where CloudFront counts.
    client: new CloudWatchClient({ ...requestLimits(), region: "us-east-1" }),
    distributionId: requiredVariable(process.env, "DISTRIBUTION_ID"),
  },
};
const wanted: Wanted = {
  megabitsPerSecond: Number(requiredVariable(process.env, "TOP_BITS_PER_SECOND")) / 1_000_000,
  height: Number(requiredVariable(process.env, "TOP_HEIGHT")),
  // Of every rendition in the template.
  framesPerSecond: 30,
};

export async function handler(event: ChannelEvent): Promise<void> {
  if (event["detail-type"] === "Scheduled Event") {
    const now = new Date(event.time);
    const mails = await judge(now);
    await deliverDue(deliveries, now.getTime());
    for (const { subject, message } of mails) await notices.send(subject, message);
    return;
  }
  const told = eventTold(event);
  if (told) await tell([told]);
  await deliverDue(deliveries, Date.now());
}

/**
 * The events are written first: what fails is done again by the next minute, and the same event is the same item. The
 * e-mail comes last, when it is noted that it is sent: it may be lost, and then this function fails, but it never comes twice.
 */
async function judge(now: Date): Promise<readonly Mail[]> {
  const at = now.getTime();
  const [{ value, version }, broadcast, { kept }] = await Promise.all([
    readHealth(table),
    readBroadcast(table),
    readRamp(insightsTable),
  ]);
  if (!broadcast.value?.isRunning) {
    const rested = atRest(value, at);
    if (rested) await writeHealth(table, rested, version);
    return [];
  }
  // Each metric that is asked for has its price.
  const pipelines = Math.max(1, broadcast.value.pipelines);
  const [inputs, alerts] = await Promise.all([
    inputMinutes(client, { ...sources, pipelines }, HEALTH_MINUTES, now),
    activeAlerts(mediaLive, sources.channelId),
  ]);
  const { health, events, mail } = watch(value, { inputs, alerts, wanted, hasInputMetrics }, at);
  const news = sharingNews(guardNotice(kept, at), value);
  await tell([...events, ...(news?.events ?? [])]);
  await writeHealth(table, { ...health, ...news?.told }, version);
  return [mail, news?.mail].filter((each) => each != null);
}

async function tell(events: readonly ShowEvent[]): Promise<void> {
  await Promise.all(events.map((event) => writeShowEvent(table, event)));
  await queueEvents(table, events);
}
