/** Goes to a position as viewers mean it: at live or beyond it is live, and what has left the playlist is its beginning. */

import type { LiveSession } from "../sharing/session.ts";

/** Nearer to live is meant as live: a bar of hours can't be held to the second. */
const AS_GOOD_AS_LIVE_SECONDS = 1;

/** `seconds` is in the video's own time. */
export function seekTo(session: LiveSession, seconds: number): void {
  const { seekable } = session;
  if (!seekable) return;
  const behindSeconds = seekable.liveSeconds - seconds;
  if (behindSeconds < AS_GOOD_AS_LIVE_SECONDS) session.jumpToLive();
  else session.seekBehindLive(behindSeconds);
}
