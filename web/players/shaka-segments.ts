/** What Shaka knows of a live stream's segments, in the terms of sharing. */

import type shaka from "shaka-player";
import type { FlowSegment } from "../sharing/journey.ts";
import type { StreamKind } from "../sharing/peer-id.ts";
import type { ListedRendition } from "./hls-text.ts";

/**
 * The number in a DASH segment's name, which `$Number$` put at its end: MediaPackage's, and so ours, is the same
 * for every viewer. Null where the name ends in none.
 */
export function sequenceInName(address: string): number | null {
  const digits = /(\d+)\.[^./]+$/.exec(new URL(address).pathname)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * A DASH representation as a rendition. It carries a mark of its own: an HLS rendition may look the same, but
 * nothing promises that the two number their segments alike.
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

/** The segments that the stream's index holds now and that have a number. */
export function liveSegments(
  { segmentIndex }: shaka.extern.Stream,
  sequenceOf: (address: string) => number | null,
): FlowSegment[] {
  const segments: FlowSegment[] = [];
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
