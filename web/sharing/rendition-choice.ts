/**
 * Which rendition to play, given what the player's own adaptation suggests. A rendition is a swarm: stepping
 * away leaves those one shares with, so a step has to be needed, or to gain something that will last.
 */

export interface RenditionState {
  /** Bit rates of the ladder, lowest first. */
  ladder: readonly number[];
  current: number;
  /** What adaptation by throughput alone would play. */
  suggested: number;
  /** Connected viewers on the current rendition. */
  peers: number;
  secondsSinceSwitch: number;
  /** What the CDN delivers, in bits per second; null before anything is known. */
  throughputBitsPerSecond: number | null;
  bufferSeconds: number;
  segmentSeconds: number;
}

/** A step down can wait while this many segments are in the buffer: peers, not the line, bring them. */
const COMFORTABLE_SEGMENTS = 1.25;

/** A step up must outlast the quarter of a minute that finding the new swarm's viewers can take. */
const UP_REST_SECONDS = 15;
const UP_MARGIN = 1.4;

/** Place in the ladder of the rendition to play next. A viewer with nobody to share with plays what a plain player would. */
export function nextRendition(state: RenditionState): number {
  const { current, suggested, ladder, peers } = state;
  if (peers === 0 || current < 0 || current >= ladder.length) return suggested;
  if (suggested < current) return isDownNeeded(state) ? suggested : current;
  const worthwhile = ladder
    .slice(current + 1, suggested + 1)
    .filter((bitsPerSecond) => isUpWorthwhile(state, bitsPerSecond));
  return current + worthwhile.length;
}

function isDownNeeded({ bufferSeconds, segmentSeconds }: RenditionState): boolean {
  return bufferSeconds < COMFORTABLE_SEGMENTS * segmentSeconds;
}

function isUpWorthwhile(state: RenditionState, bitsPerSecond: number): boolean {
  const { secondsSinceSwitch, throughputBitsPerSecond } = state;
  if (throughputBitsPerSecond === null) return false;
  return secondsSinceSwitch >= UP_REST_SECONDS && throughputBitsPerSecond >= bitsPerSecond * UP_MARGIN;
}
