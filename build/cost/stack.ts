/** Reads from the template what an estimate needs: renditions, and the metrics that alarms read. */

import { readTemplate } from "../../local/template.ts";
import type { Rendition } from "./estimate.ts";

/** Throws when the template has no such ladder. */
export async function renditionsOf(ladder: string): Promise<Rendition[]> {
  const template = await readTemplate({ parameters: { Ladder: ladder } });
  const videos = template
    .resource("LiveChannel")
    .properties.at("EncoderSettings", "VideoDescriptions")
    .list();
  return videos.map((video) => ({
    height: video.at("Height").number(),
    megabitsPerSecond: video.at("CodecSettings", "H264Settings", "MaxBitrate").number() / 1_000_000,
  }));
}

/** CloudWatch charges an alarm for each metric that it reads. */
export async function countAlarmMetrics(): Promise<number> {
  const alarms = (await readTemplate()).resourcesOf("AWS::CloudWatch::Alarm");
  const metrics = alarms.map(({ properties }) => {
    const sources = properties.at("Metrics").list();
    return Math.max(1, sources.filter((source) => source.at("MetricStat").exists).length);
  });
  return metrics.reduce((sum, count) => sum + count, 0);
}
