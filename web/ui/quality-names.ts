/** Names renditions as viewers know them from other players. */

import type { Quality } from "../playback/session.ts";

/** `1080p`, `720p60` or `Sound only`, with the bit rate if two renditions of the ladder would have one name. */
export function qualityName(quality: Quality, ladder: readonly Quality[]): string {
  const lines = Math.min(quality.width, quality.height);
  if (lines === 0) return "Sound only";
  const alike = ladder.filter((other) => sizeName(other) === sizeName(quality));
  return alike.length > 1 ? `${sizeName(quality)}, ${bitRate(quality.bitsPerSecond)}` : sizeName(quality);
}

/** `2.8 Mbit/s`, or `800 kbit/s` below one megabit. */
export function bitRate(bitsPerSecond: number): string {
  return bitsPerSecond < 1e6
    ? `${Math.round(bitsPerSecond / 1e3)} kbit/s`
    : `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
}

// The shorter side counts, also for upright video: 720 × 1280 is 720p too.
function sizeName({ width, height, framesPerSecond }: Quality): string {
  const rate = framesPerSecond > 31 ? Math.round(framesPerSecond) : "";
  return `${Math.min(width, height)}p${rate}`;
}
