/** Begins to report how playback goes in other people's players, unless the page says no. */

import type { Stats } from "../playback/stats.ts";
import type { Stream } from "../playback/stream.ts";
import type { SharingChoice } from "../policy/sharing-choice.ts";

export interface Played {
  readonly video: HTMLVideoElement;
  /** What plays it: an hls.js, a Shaka player, or a live session. No page has the types of all three. */
  readonly by: object;
  /** What counts it; the session itself, where that is what plays. */
  readonly counted: { readonly stats: Stats };
  /** What decides how far its viewer shares. */
  readonly choice: SharingChoice;
}

/**
 * Call this with the first frame, once for each time that a video is played. Returns a function that ends it with a last
 * report.
 */
export function beginReports(stream: Stream, played: Played): () => void {
  const ending = new AbortController();
  if (stream.reports !== false && stream.reportsTo) {
    import("./report-playback.ts")
      .then(({ reportPlayback }) => reportPlayback(stream, played, ending.signal))
      .catch((error: unknown) => console.info("Nothing is reported:", error));
  }
  return () => ending.abort();
}
