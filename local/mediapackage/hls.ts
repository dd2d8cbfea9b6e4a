/**
 * HLS playlists (RFC 8216) as text: the master playlist from the encoder's settings, media playlists from the window.
 */

import type { StreamFormat } from "../encoded-stream.ts";
import { newest, partOf, type Segment } from "./live-window.ts";

/** EXT-X-MAP for fMP4 segments needs version 6; Apple asks for 7. */
const VERSION = 7;

/** Container overhead and rate control raise the peak above the encoder's bit rate. */
const PEAK_PERCENT = 110;

/**
 * The master playlist. It states settings only, never measurements: swarm names derive from these attributes, so they
 * must not change while the settings don't.
 */
export function masterPlaylist(
  format: StreamFormat,
  videoCodecs: ReadonlyMap<string, string>,
  mediaPlaylist: (rendition: string) => string,
): string {
  const { audio } = format;
  const { numerator, denominator } = format.frameRate;
  const media = attributes({
    TYPE: "AUDIO",
    "GROUP-ID": quoted("audio"),
    NAME: quoted(audio.name),
    DEFAULT: "YES",
    AUTOSELECT: "YES",
    CHANNELS: quoted(String(audio.channels)),
    URI: quoted(mediaPlaylist(audio.name)),
  });
  const variants = format.video.flatMap((rendition) => {
    const average = rendition.maxBitsPerSecond + audio.bitsPerSecond;
    const variant = attributes({
      BANDWIDTH: String(Math.ceil((average * PEAK_PERCENT) / 100)),
      "AVERAGE-BANDWIDTH": String(average),
      CODECS: quoted([videoCodecs.get(rendition.name), "mp4a.40.2"].join(",")),
      RESOLUTION: `${rendition.width}x${rendition.height}`,
      "FRAME-RATE": (numerator / denominator).toFixed(3),
      AUDIO: quoted("audio"),
    });
    return [`#EXT-X-STREAM-INF:${variant}`, mediaPlaylist(rendition.name)];
  });
  return lines([
    "#EXTM3U",
    `#EXT-X-VERSION:${VERSION}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-MEDIA:${media}`,
    ...variants,
  ]);
}

/** The playlist of one rendition: the newest segments that together last at least `windowSeconds`. */
export function mediaPlaylist(
  rendition: string,
  segments: readonly Segment[],
  windowSeconds: number,
): string {
  const listed = newest(segments, windowSeconds);
  const [first] = listed;
  const durations = listed.map((segment) => partOf(segment, rendition).durationSeconds);
  // A discontinuity is counted here once the segment behind it has left the playlist.
  const discontinuitiesGone = first ? first.discontinuities - (first.isDiscontinuous ? 1 : 0) : 0;
  return lines([
    "#EXTM3U",
    `#EXT-X-VERSION:${VERSION}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-TARGETDURATION:${Math.max(1, ...durations.map(Math.round))}`,
    `#EXT-X-MEDIA-SEQUENCE:${first?.sequence ?? 0}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitiesGone}`,
    ...listed.flatMap((segment, index) => segmentLines(rendition, segment, listed[index - 1])),
  ]);
}

function segmentLines(rendition: string, segment: Segment, before: Segment | undefined): string[] {
  const part = partOf(segment, rendition);
  const isMapNeeded = before?.parts[rendition]?.initFile !== part.initFile;
  return [
    ...(segment.isDiscontinuous ? ["#EXT-X-DISCONTINUITY"] : []),
    ...(isMapNeeded ? [`#EXT-X-MAP:URI=${quoted(part.initFile)}`] : []),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(part.startSeconds * 1000)).toISOString()}`,
    `#EXTINF:${part.durationSeconds.toFixed(5)},`,
    part.file,
  ];
}

function attributes(list: Readonly<Record<string, string>>): string {
  return Object.entries(list)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

function quoted(text: string): string {
  return `"${text}"`;
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
