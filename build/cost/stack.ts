/** Reads from the template what an estimate needs: renditions and alarms. */

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

export async function countAlarms(): Promise<number> {
  return (await readTemplate()).resourcesOf("AWS::CloudWatch::Alarm").length;
}
