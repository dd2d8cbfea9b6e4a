/** The button that unmutes the video: browsers only let a stream start by itself when it is muted. */

import { mutedIcon } from "../icons.ts";
import { adoptStyles, find } from "../shadow-root.ts";
import unmuteButtonStyles from "./unmute-button.css" with { type: "text" };

/** Shows the button when the video plays muted, and hides it once the video is unmuted. */
export function addUnmuteButton(root: ShadowRoot, video: HTMLVideoElement): void {
  adoptStyles(root, unmuteButtonStyles);
  // Behind the notice on sharing, which is above it on the screen.
  find(root, "media-controller").insertAdjacentHTML(
    "beforebegin",
    `<button type="button" id="unmute" hidden>${mutedIcon}<span>Tap for sound</span></button>`,
  );
  const button = find<HTMLButtonElement>(root, "#unmute");
  const offer = () => {
    button.hidden = !video.muted;
  };
  if (isPlaying(video)) offer();
  else video.addEventListener("playing", offer, { once: true });
  video.addEventListener("volumechange", () => {
    if (!video.muted) button.hidden = true;
  });
  button.addEventListener("click", () => {
    video.muted = false;
    if (video.volume === 0) video.volume = 1;
  });
}

function isPlaying({ paused, readyState }: HTMLVideoElement): boolean {
  return !paused && readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
}
