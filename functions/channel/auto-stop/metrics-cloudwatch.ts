/** Reads a channel's last minutes from MediaLive's metrics in CloudWatch. */

import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { requestLimits } from "../request-limits.ts";
import type { Minute } from "./idleness.ts";
import type { Metrics } from "./stop-if-idle.ts";

/** Both, also for a channel with one pipeline: the other's series is simply empty. */
const PIPELINES = ["0", "1"];

export function cloudWatchMetrics(client = new CloudWatchClient(requestLimits())): Metrics {
  return {
    async lastMinutes(channelId, minutes) {
      const end = new Date();
      const { MetricDataResults, Messages } = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date(end.getTime() - minutes * 60_000),
          EndTime: end,
          MetricDataQueries: PIPELINES.flatMap((pipeline) => [
            query("running", "ActiveAlerts", channelId, pipeline),
            query("input", "NetworkIn", channelId, pipeline),
          ]),
        }),
      );
      // If only the input were missing, it would look as if nothing came in.
      const halves = MetricDataResults?.filter(({ StatusCode }) => StatusCode !== "Complete");
      const complaints = [...(Messages ?? []), ...(halves ?? []).flatMap((half) => half.Messages ?? [])];
      if (!MetricDataResults || halves?.length || complaints.length) {
        throw new Error(`CloudWatch couldn't tell: ${complaints.map(({ Value }) => Value).join(" ")}`);
      }
      return merge(MetricDataResults);
    },
  };
}

function query(id: string, metric: string, channelId: string, pipeline: string): MetricDataQuery {
  return {
    Id: `${id}${pipeline}`,
    MetricStat: {
      Metric: {
        Namespace: "AWS/MediaLive",
        MetricName: metric,
        Dimensions: [
          { Name: "ChannelId", Value: channelId },
          { Name: "Pipeline", Value: pipeline },
        ],
      },
      Period: 60,
      Stat: "Maximum",
    },
  };
}

interface Series {
  readonly Id?: string | undefined;
  readonly Timestamps?: readonly Date[] | undefined;
  readonly Values?: readonly number[] | undefined;
}

function merge(results: readonly Series[]): Minute[] {
  const minutes = new Map<number, Minute>();
  for (const { Id, Timestamps = [], Values = [] } of results) {
    for (const [index, time] of Timestamps.entries()) {
      const minute = Math.floor(time.getTime() / 60_000);
      const known = minutes.get(minute) ?? { minute, wasRunning: false, megabitsPerSecondIn: 0 };
      const value = Values[index] ?? 0;
      minutes.set(
        minute,
        Id?.startsWith("running")
          ? { ...known, wasRunning: true }
          : { ...known, megabitsPerSecondIn: Math.max(known.megabitsPerSecondIn, value) },
      );
    }
  }
  return [...minutes.values()];
}
