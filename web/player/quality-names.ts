/** Names for the renditions of a ladder, in the words that viewers know from elsewhere. */

import type { Quality } from "../sharing/session.ts";

/** `1080p`, `720p60`, or `Sound only`; a rendition that shares its height with another also says its bit rate. */
export function qualityName(quality: Quality, ladder: readonly Quality[]): string {
  const lines = Math.min(quality.width, quality.height);
  if (lines === 0) return "Sound only";
  const alike = ladder.filter((other) => pictureName(other) === pictureName(quality));
  return alike.length > 1
    ? `${pictureName(quality)}, ${bitRate(quality.bitsPerSecond)}`
    : pictureName(quality);
}

/** `2.8 Mbit/s`, or `800 kbit/s` below one megabit. */
export function bitRate(bitsPerSecond: number): string {
  return bitsPerSecond < 1e6
    ? `${Math.round(bitsPerSecond / 1e3)} kbit/s`
    : `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
}

// A picture that stands upright is named by its width, as phones do: 720 × 1280 is 720p too.
function pictureName({ width, height, framesPerSecond }: Quality): string {
  const rate = framesPerSecond > 31 ? Math.round(framesPerSecond) : "";
  return `${Math.min(width, height)}p${rate}`;
}
