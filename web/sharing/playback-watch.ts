/** Watches a video element and reports first frame, stalls, delay and buffer to the figures. */

import type { FiguresLog } from "./figures.ts";

/** Returns the way to stop. Times are seconds on the clock of `performance.now()`. */
export function watchPlayback(
  video: HTMLVideoElement,
  figures: FiguresLog,
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
    figures.firstFrame(now() - startedAt);
    onFirstFrame(now() - startedAt);
  };
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(firstFrame);
  else (video as HTMLVideoElement).addEventListener("loadeddata", firstFrame, { signal });

  // A seek empties the buffer on purpose, and a pause is no stall.
  const began = () => {
    if (hasStarted && !video.seeking && !video.paused) figures.stallBegan(now());
  };
  const ended = () => figures.stallEnded(now());
  video.addEventListener("waiting", began, { signal });
  for (const event of ["playing", "seeking", "pause", "ended"]) {
    video.addEventListener(event, ended, { signal });
  }
  return () => {
    listening.abort();
    ended();
  };
}

/** How much of the stream lies ready ahead of the picture. */
export function secondsBuffered({ buffered, currentTime }: HTMLMediaElement): number {
  for (let range = 0; range < buffered.length; range += 1) {
    // A tenth of a second: the first frame may lie a little after the position.
    if (buffered.start(range) <= currentTime + 0.1 && currentTime <= buffered.end(range)) {
      return buffered.end(range) - currentTime;
    }
  }
  return 0;
}

/** HTMLMediaElement.HAVE_FUTURE_DATA, by which a player can go on. */
const CAN_GO_ON = 3;

/**
 * Where the picture is, in the video's own time; null while it waits for more. Chrome waits for up to three seconds of
 * sound after a few stalls, so that something buffered there doesn't mean that it plays.
 */
export function positionShown(media: HTMLMediaElement | null): number | null {
  if (!media || media.readyState < CAN_GO_ON) return null;
  const { buffered, currentTime } = media;
  for (let range = 0; range < buffered.length; range += 1) {
    if (buffered.start(range) <= currentTime + 0.1 && buffered.end(range) > currentTime + 0.1) {
      return currentTime;
    }
  }
  return null;
}

/** A picture that stays away, of a tab in the background or a stream of sound alone, is not waited for longer. */
const LONGEST_WAIT_MS = 1_000;

/** Calls back when a frame is on the screen, or after a while without one; not after `signal` has said to stop. */
export function onceShown(media: HTMLMediaElement | null, signal: AbortSignal, onShown: () => void): void {
  const waiting = new AbortController();
  const stop = () => {
    waiting.abort();
    clearTimeout(timer);
  };
  const done = () => {
    if (waiting.signal.aborted) return;
    stop();
    onShown();
  };
  const timer = setTimeout(done, LONGEST_WAIT_MS);
  signal.addEventListener("abort", stop, { signal: waiting.signal });
  // After the frame's own work, which is not over when it is announced.
  if (media instanceof HTMLVideoElement && "requestVideoFrameCallback" in media) {
    media.requestVideoFrameCallback(() => setTimeout(done));
  } else {
    media?.addEventListener("playing", done, { signal: waiting.signal });
  }
}
