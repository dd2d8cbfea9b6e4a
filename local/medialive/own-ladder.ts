/** A ladder of a person's own in place of the template's, such as `854x480@1.2,426x240@0.4`: sizes and Mbit/s. */

import type { EncoderSettings, VideoRendition } from "./encoder-settings.ts";

const RENDITION = /^(\d+)x(\d+)@(\d+(?:\.\d+)?)$/;

/** Each is an encoder of its own, and a viewer shares only within one. */
const MOST_RENDITIONS = 6;

/** What H.264 level 5.1 has room for, and what an encoder can still make. */
const LONGEST_SIDE = 4096;
const SHORTEST_SIDE = 64;

/** Whether the name of a ladder is a ladder written out. */
export function isOwnLadder(ladder: string): boolean {
  return ladder.includes("@");
}

/**
 * The same settings with these renditions; what isn't said about them is as in the template's largest.
 *
 * @throws Error saying in one sentence what is wrong with the ladder.
 */
export function withOwnLadder(settings: EncoderSettings, ladder: string): EncoderSettings {
  const [like] = settings.video;
  const video = ladder.split(",").map((text) => parseRendition(text.trim(), like));
  video.sort((one, other) => other.height - one.height);
  const heights = new Set(video.map(({ height }) => height));
  if (heights.size < video.length) throw new Error(`The ladder ${ladder} has two renditions of one height`);
  if (video.length > MOST_RENDITIONS) {
    throw new Error(`The ladder has ${video.length} renditions, but may have at most ${MOST_RENDITIONS}`);
  }
  const [top, ...rest] = video;
  if (!top) throw new Error("The ladder is empty");
  return { ...settings, video: [top, ...rest] };
}

function parseRendition(text: string, like: VideoRendition): VideoRendition {
  const [, width, height, megabits] = (RENDITION.exec(text) ?? []).map(Number);
  if (!isSide(width) || !isSide(height) || megabits === undefined || megabits <= 0) {
    throw new Error(
      `The rendition "${text}" must be as in 1280x720@2.5: even sides from ${SHORTEST_SIDE} to ${LONGEST_SIDE}, and Mbit/s`,
    );
  }
  return { ...like, name: `${height}p`, width, height, maxBitsPerSecond: Math.round(megabits * 1_000_000) };
}

/** H.264 with 4:2:0 takes even sides only. */
function isSide(pixels: number | undefined): pixels is number {
  return pixels !== undefined && pixels % 2 === 0 && pixels >= SHORTEST_SIDE && pixels <= LONGEST_SIDE;
}
