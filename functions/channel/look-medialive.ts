/** Looks at a channel by MediaLive's API: whether it runs, and which of its pipelines wait for a publisher. */

import { DescribeChannelCommand, type MediaLiveClient } from "@aws-sdk/client-medialive";
import { INPUT_ALERTS, type Look } from "./broadcast.ts";
import { activeAlerts } from "./health/alerts-medialive.ts";

/** `now` is when the look begins, so that an event which comes meanwhile is newer. */
export async function lookAtChannel(
  client: MediaLiveClient,
  ChannelId: string,
  now: () => number,
): Promise<Look> {
  const at = now();
  const [{ State = "", PipelinesRunningCount = 0 }, alerts] = await Promise.all([
    client.send(new DescribeChannelCommand({ ChannelId })),
    activeAlerts(client, ChannelId),
  ]);
  const waiting = alerts.filter(({ type }) => INPUT_ALERTS.includes(type)).map(({ pipeline }) => pipeline);
  return { at, state: State, pipelines: PipelinesRunningCount, waiting: [...new Set(waiting)] };
}
