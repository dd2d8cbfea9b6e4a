/** How a player starts: muted or not, behind live or not, and when its controls may load. */

import type { LiveSession } from "../playback/session.ts";

/** A stream that is slow to start gets its controls after this long. */
const CONTROLS_AFTER_MS = 1_500;

/** Waits for the metadata: before it, the playlist's reach is unknown and the element can't seek. */
export function startBehind(session: LiveSession, video: HTMLVideoElement, seconds: number): void {
  video.addEventListener("loadedmetadata", () => session.seekBehindLive(seconds), { once: true });
}

/** Plays with audio if the page wants it and the browser allows it, else muted. */
export function startPlaying(video: HTMLVideoElement): void {
  video
    .play()
    .catch((error: unknown) => {
      // A page or viewer that pauses before the first frame interrupts the start. Leave it paused.
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") throw error;
      video.muted = true;
      return video.play();
    })
    .catch(() => {
      // Paused, or the browser wants a tap first. The controls show a play button for both.
    });
}

/** Resolves with the first frame, the first error, or after a while; never once the player is destroyed. */
export function firstFrameOrError(
  video: HTMLVideoElement,
  session: LiveSession,
  destroyed: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CONTROLS_AFTER_MS);
    session.on("error", () => resolve());
    video.addEventListener("loadeddata", () => resolve(), { once: true });
    destroyed.addEventListener("abort", () => clearTimeout(timer));
  });
}
