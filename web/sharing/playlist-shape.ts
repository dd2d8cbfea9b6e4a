/** What the live geometry is made of: read from a media playlist's text, or from the segments it names. */

import type { PlaylistShape } from "./geometry.ts";
import type { ListedSegment } from "./scheduler-events.ts";

/** Null for a multivariant playlist, one without segments, and one that has ended. */
export function playlistShape(text: string): PlaylistShape | null {
  const target = /^#EXT-X-TARGETDURATION:(\d+)/m.exec(text)?.[1];
  const durations = Array.from(text.matchAll(/^#EXTINF:([\d.]+)/gm), ([, seconds]) => Number(seconds));
  if (target === undefined || durations.length === 0 || text.includes("#EXT-X-ENDLIST")) return null;
  return {
    segmentSeconds: Number(target),
    windowSeconds: durations.reduce((sum, seconds) => sum + seconds, 0),
  };
}

/** For manifests that have no such text. Null without segments. */
export function shapeOfSegments(segments: readonly ListedSegment[]): PlaylistShape | null {
  const [first, last] = [segments[0], segments.at(-1)];
  if (!first || !last) return null;
  return {
    segmentSeconds: Math.max(...segments.map(({ startSeconds, endSeconds }) => endSeconds - startSeconds)),
    windowSeconds: last.endSeconds - first.startSeconds,
  };
}
