/** Where a viewer is in relation to the live edge, and where a rewind may go. Times are the video's own, in seconds. */

/** Assumed until a playlist tells the target duration. */
const COMMON_SEGMENT_SECONDS = 2;

/** The oldest segment is the next to leave the playlist, so it gets a second to be loaded in. */
const OLDEST_SEGMENT_MARGIN_SECONDS = 1;

export interface LiveDelay {
  /** Undefined or 0 before playback has started. */
  delaySeconds: number | undefined;
  /** Null before the first playlist. */
  targetDelaySeconds: number | null;
  segmentSeconds: number | undefined;
}

/** Whether the playhead is at the target delay, give or take two segments. Unknown counts as live. */
export function isAtLive({ delaySeconds, targetDelaySeconds, segmentSeconds }: LiveDelay): boolean {
  if (!delaySeconds || targetDelaySeconds === null) return true;
  return delaySeconds - targetDelaySeconds < 2 * (segmentSeconds ?? COMMON_SEGMENT_SECONDS);
}

export interface SeekableWindow {
  startSeconds: number;
  liveSeconds: number;
}

/** The position that is `seconds` behind live, as far as the window reaches. */
export function positionBehindLive({ startSeconds, liveSeconds }: SeekableWindow, seconds: number): number {
  return Math.max(startSeconds + OLDEST_SEGMENT_MARGIN_SECONDS, liveSeconds - Math.max(0, seconds));
}
