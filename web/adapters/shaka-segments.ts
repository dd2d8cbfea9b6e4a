/** Converts what Shaka knows of a live stream's segments and renditions to what sharing needs. */

import type shaka from "shaka-player";
import type { StreamKind } from "../sharing/peer-id.ts";
import type { ListedSegment } from "../sharing/scheduler-events.ts";
import type { ListedRendition } from "./hls-text.ts";

/**
 * The segment number that a DASH template's `$Number$` puts at the end of the name. It is the same for every viewer
 * of MediaPackage, and so of Shoal. Null if the name doesn't end in a number.
 */
export function sequenceInName(address: string): number | null {
  const digits = /(\d+)\.[^./]+$/.exec(new URL(address).pathname)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * A DASH representation as a rendition. The trait `name` keeps it apart from an HLS rendition that is otherwise
 * equal, because nothing guarantees that both number their segments the same way.
 */
export function dashRendition(kind: StreamKind, stream: shaka.extern.Stream): ListedRendition {
  const { bandwidth = 0, codecs, width = 0, height = 0, frameRate, originalId } = stream;
  return {
    kind,
    rendition: `dash-${kind}-${originalId}`,
    traits: {
      bitrate: bandwidth,
      codecs,
      width,
      height,
      frameRate: frameRate === undefined ? null : String(frameRate),
      name: "dash",
    },
  };
}

/** The segments in the stream's index, without those that have no number. */
export function liveSegments(
  { segmentIndex }: shaka.extern.Stream,
  sequenceOf: (address: string) => number | null,
): ListedSegment[] {
  const segments: ListedSegment[] = [];
  for (const reference of segmentIndex ?? []) {
    const [url] = reference?.getUris() ?? [];
    const sequence = url === undefined ? null : sequenceOf(url);
    if (!reference || url === undefined || sequence === null) continue;
    segments.push({
      url,
      sequence,
      startSeconds: reference.getStartTime(),
      endSeconds: reference.getEndTime(),
    });
  }
  return segments;
}
