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

/** A viewer with nobody to share with has no swarm to lose, and the others are likely further up. */
const LONE_REST_SECONDS = 8;
const LONE_UP_MARGIN = 1.15;

/** Place in the ladder of the rendition to play next. */
export function nextRendition(state: RenditionState): number {
  const { current, suggested, ladder } = state;
  if (current < 0 || current >= ladder.length) return suggested;
  if (suggested < current) return isDownNeeded(state) ? suggested : current;
  const highest = state.peers === 0 ? Math.max(suggested, current + 1) : suggested;
  const worthwhile = ladder
    .slice(current + 1, highest + 1)
    .filter((bitsPerSecond) => isUpWorthwhile(state, bitsPerSecond));
  return current + worthwhile.length;
}

function isDownNeeded({ peers, bufferSeconds, segmentSeconds }: RenditionState): boolean {
  return peers === 0 || bufferSeconds < COMFORTABLE_SEGMENTS * segmentSeconds;
}

function isUpWorthwhile(state: RenditionState, bitsPerSecond: number): boolean {
  const { peers, secondsSinceSwitch, throughputBitsPerSecond } = state;
  if (throughputBitsPerSecond === null) return false;
  const isLone = peers === 0;
  return (
    secondsSinceSwitch >= (isLone ? LONE_REST_SECONDS : UP_REST_SECONDS) &&
    throughputBitsPerSecond >= bitsPerSecond * (isLone ? LONE_UP_MARGIN : UP_MARGIN)
  );
}
