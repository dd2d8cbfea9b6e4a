/** Seeks as viewers mean it: live is the live delay, not the playlist's end. */

import type { LiveSession } from "../playback/session.ts";

/** Closer to live than this counts as live, because nobody can hit a second on a bar that spans hours. */
const COUNTS_AS_LIVE_SECONDS = 1;

/** Seeks to `seconds` in the video's own time: at most to live, and at least to the playlist's first segment. */
export function seekTo(session: LiveSession, seconds: number): void {
  const { seekable } = session;
  if (!seekable) return;
  const behindSeconds = seekable.liveSeconds - seconds;
  if (behindSeconds < COUNTS_AS_LIVE_SECONDS) session.jumpToLive();
  else session.seekBehindLive(behindSeconds);
}
