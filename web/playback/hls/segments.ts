/** The segments of an hls.js playlist that can be shared. */

import type { LevelDetails } from "hls.js";
import type { ListedSegment } from "../../sharing/scheduler-events.ts";

/**
 * Leaves out byte ranges of larger files, and segments that the playlist itself marks as gaps. hls.js's `gap` property
 * won't do: hls.js also sets it for a while on segments that it failed to append, and requests those again later.
 */
export function segmentsOf({ fragments }: Pick<LevelDetails, "fragments">): ListedSegment[] {
  return fragments
    .filter(({ byteRange, tagList }) => byteRange.length === 0 && !tagList.some(([tag]) => tag === "GAP"))
    .map(({ url, sn, start, end }) => ({
      url,
      sequence: Number(sn),
      startSeconds: start,
      endSeconds: end,
    }));
}
