/** How much of what peers sent was of use, by the sizes that the CDN tells. */

import type { RunRecord } from "./outcome.ts";
import type { ViewerReport } from "./viewer-report.ts";

/** By path. */
export function segmentSizes({ fetched }: RunRecord): Map<string, number> {
  return new Map(fetched.filter(({ bytes }) => bytes > 0).map(({ path, bytes }) => [path, bytes]));
}

/** Bytes of whole segments that the player got from peers; the rest belongs to transfers that came to nothing. */
export function bytesUsedFromPeers({ segments }: ViewerReport, sizes: ReadonlyMap<string, number>): number {
  return segments
    .filter(({ source }) => source === "peers")
    .reduce((sum, { rendition, sequence }) => {
      const folder = withoutViewer(new URL(rendition).pathname).replace(/[^/]*$/, "");
      return sum + (sizes.get(`${folder}${sequence}.m4s`) ?? 0);
    }, 0);
}

/** A segment's path, the same for all viewers. */
export function withoutViewer(path: string): string {
  return path.replace(/^\/viewer\/\d+/, "");
}
