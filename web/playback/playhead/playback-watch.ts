/** Reports the first frame and stalls of a video element to the stats. */

import type { StatsCounter } from "../stats.ts";

/** Returns the function that stops watching. Times are seconds on the clock of `performance.now()`. */
export function watchPlayback(
  video: HTMLVideoElement,
  stats: StatsCounter,
  onFirstFrame: (seconds: number) => void,
): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const now = () => performance.now() / 1000;
  const startedAt = now();
  let hasStarted = false;

  const firstFrame = () => {
    if (hasStarted || signal.aborted) return;
    hasStarted = true;
    const seconds = now() - startedAt;
    stats.firstFrame(seconds);
    onFirstFrame(seconds);
  };
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(firstFrame);
  else (video as HTMLVideoElement).addEventListener("loadeddata", firstFrame, { signal });

  // Seeking empties the buffer on purpose, and a pause isn't a stall.
  const onWaiting = () => {
    if (hasStarted && !video.seeking && !video.paused) stats.stallBegan(now());
  };
  const onStallOver = () => stats.stallEnded(now());
  video.addEventListener("waiting", onWaiting, { signal });
  for (const event of ["playing", "seeking", "pause", "ended"]) {
    video.addEventListener(event, onStallOver, { signal });
  }
  return () => {
    listening.abort();
    onStallOver();
  };
}
