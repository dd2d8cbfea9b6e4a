/** The segments that an hls.js playlist names and that can be brought from anywhere. */

import type { LevelDetails } from "hls.js";
import type { FlowSegment } from "./journey.ts";

/**
 * Without parts of larger files and without what the playlist itself calls a gap. hls.js's own `gap` says less: it
 * also marks segments so that it has trouble with for a while, and asks for them again later.
 */
export function segmentsOf({ fragments }: Pick<LevelDetails, "fragments">): FlowSegment[] {
  return fragments
    .filter(({ byteRange, tagList }) => byteRange.length === 0 && !tagList.some(([tag]) => tag === "GAP"))
    .map(({ url, sn, start, end }) => ({
      url,
      sequence: Number(sn),
      startSeconds: start,
      endSeconds: end,
    }));
}
