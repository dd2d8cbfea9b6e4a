/** Keeps a video playing while hls.js replaces its media source, as it does after an error of the decoder. */

import Hls from "hls.js";

/**
 * The video is paused by the error itself (in Chromium), and by selecting a new source (HTML, "media element load
 * algorithm"). Neither is the viewer's wish, so both are undone once the new source is attached.
 */
export function playOnAfterReset(hls: Hls, video: HTMLVideoElement): void {
  let isDetached = false;
  let shouldPlay = !video.paused;
  const onPlay = () => {
    shouldPlay = true;
  };
  const onPause = () => {
    if (video.error === null && !isDetached) shouldPlay = false;
  };
  video.addEventListener("play", onPlay);
  video.addEventListener("pause", onPause);
  hls.on(Hls.Events.MEDIA_DETACHING, () => {
    isDetached = true;
  });
  hls.on(Hls.Events.MEDIA_ATTACHED, () => {
    // If the browser refuses, the video stays paused and the play button shows it.
    if (isDetached && shouldPlay) video.play().catch(() => {});
    isDetached = false;
  });
  hls.on(Hls.Events.DESTROYING, () => {
    video.removeEventListener("play", onPlay);
    video.removeEventListener("pause", onPause);
  });
}
