/** Waits for a media element's first frame, so that the engine's download and start don't delay it. */

/** A background tab and an audio-only stream never show a frame. */
const LONGEST_WAIT_MS = 1_000;

/** Resolves when a frame is on the screen, after a second without one, or once `signal` is aborted. */
export function firstFrameShown(media: HTMLMediaElement | null, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      media?.removeEventListener("playing", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, LONGEST_WAIT_MS);
    signal.addEventListener("abort", done);
    // The callback runs before the frame's own work is over, hence the timeout.
    if (media && "requestVideoFrameCallback" in media) {
      (media as HTMLVideoElement).requestVideoFrameCallback(() => setTimeout(done));
    } else {
      media?.addEventListener("playing", done);
    }
  });
}
