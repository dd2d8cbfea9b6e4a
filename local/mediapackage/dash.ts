/** The DASH manifest (ISO/IEC 23009-1) over the same segments as the HLS playlists. */

import type { StreamFormat, VideoFormat } from "../encoded-stream.ts";
import { newest, partOf, type Segment, sinceLastReset } from "./live-window.ts";
import type { Packaging } from "./packaging.ts";

/** Names that a SegmentTemplate builds its files' names from. */
export interface FileNames {
  readonly segment: (rendition: string, sequence: string) => string;
}

/**
 * The manifest at this moment. Times count from the epoch, as in the segments, so a single period that began in 1970
 * holds them all; time off the air is a gap in the timeline. The manifest tells the time itself (`utc:direct`), so
 * players ask no third party for it.
 */
export function dashManifest(
  format: StreamFormat,
  packaging: Packaging,
  videoCodecs: ReadonlyMap<string, string>,
  names: FileNames,
  segments: readonly Segment[],
  nowSeconds: number,
): string {
  const { dash, segmentSeconds } = packaging;
  const listed = newest(sinceLastReset(segments), dash.windowSeconds);
  const { numerator, denominator } = format.frameRate;
  const now = new Date(nowSeconds * 1000).toISOString();
  const template = (rendition: string, timescale: number) =>
    segmentTemplate(rendition, timescale, names, listed);
  const video = (rendition: VideoFormat) =>
    element(
      "Representation",
      {
        id: rendition.name,
        bandwidth: rendition.maxBitsPerSecond,
        codecs: videoCodecs.get(rendition.name),
        width: rendition.width,
        height: rendition.height,
        frameRate: denominator === 1 ? String(numerator) : `${numerator}/${denominator}`,
      },
      template(rendition.name, format.videoTimescale),
    );
  const audio = element(
    "Representation",
    {
      id: format.audio.name,
      bandwidth: format.audio.bitsPerSecond,
      codecs: "mp4a.40.2",
      audioSamplingRate: format.audio.sampleRate,
    },
    element("AudioChannelConfiguration", {
      schemeIdUri: "urn:mpeg:dash:23003:3:audio_channel_configuration:2011",
      value: format.audio.channels,
    }),
    template(format.audio.name, format.audio.sampleRate),
  );
  const sets = { segmentAlignment: "true", startWithSAP: 1 };
  const manifest = element(
    "MPD",
    {
      xmlns: "urn:mpeg:dash:schema:mpd:2011",
      profiles: "urn:mpeg:dash:profile:isoff-live:2011",
      type: "dynamic",
      availabilityStartTime: "1970-01-01T00:00:00Z",
      publishTime: now,
      minimumUpdatePeriod: seconds(dash.minUpdatePeriodSeconds),
      minBufferTime: seconds(dash.minBufferSeconds),
      maxSegmentDuration: seconds(Math.ceil(segmentSeconds * 10 + 1) / 10),
      timeShiftBufferDepth: seconds(dash.windowSeconds),
      suggestedPresentationDelay: seconds(dash.suggestedPresentationDelaySeconds),
    },
    element(
      "Period",
      { id: 1, start: "PT0S" },
      element(
        "AdaptationSet",
        { id: 1, contentType: "video", mimeType: "video/mp4", ...sets },
        ...format.video.map(video),
      ),
      element("AdaptationSet", { id: 2, contentType: "audio", mimeType: "audio/mp4", ...sets }, audio),
    ),
    element("UTCTiming", { schemeIdUri: "urn:mpeg:dash:utc:direct:2014", value: now }),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${manifest}\n`;
}

function segmentTemplate(
  rendition: string,
  timescale: number,
  names: FileNames,
  listed: readonly Segment[],
): string {
  const parts = listed.map((segment) => partOf(segment, rendition));
  const runs = parts.map(({ startSeconds, durationSeconds }) => ({
    t: Math.round(startSeconds * timescale),
    d: Math.round(durationSeconds * timescale),
  }));
  return element(
    "SegmentTemplate",
    {
      timescale,
      initialization: parts.at(-1)?.initFile,
      media: names.segment("$RepresentationID$", "$Number$"),
      startNumber: listed[0]?.sequence,
    },
    element("SegmentTimeline", {}, ...runs.map((run) => element("S", run))),
  );
}

function seconds(duration: number): string {
  return `PT${duration}S`;
}

/** An attribute without a value is left out. */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly string[]
): string {
  const head = [
    name,
    ...Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}="${escaped(String(value))}"`),
  ];
  if (children.length === 0) return `<${head.join(" ")}/>`;
  return `<${head.join(" ")}>${children.join("")}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
