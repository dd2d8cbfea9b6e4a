/** Reads from a media playlist's text what the live geometry is made of. */

import type { PlaylistShape } from "./geometry.ts";

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
