/** Plays a stream in any video element, for players and pages with their own controls. */

import { createLiveSession } from "../playback/live-session.ts";
import type { LiveSession } from "../playback/session.ts";
import type { Stream } from "../playback/stream.ts";
import { browserStorage } from "../policy/preferences.ts";
import { SharingChoice } from "../policy/sharing-choice.ts";
import { beginReports } from "./begin-reports.ts";
import { rememberChoice } from "./sharing-notice.ts";

/**
 * Starts to load and share at once. The page plays and pauses the element like any other. The deployment's policy,
 * the viewer's choice and the device decide how much is shared; `session.setMode` limits it for this page.
 * Where viewers are told or asked, `sharingNotice` does that. `session.destroy()` ends playback and sharing.
 */
export function playStream(video: HTMLVideoElement, stream: Stream): LiveSession {
  const { policy, ...options } = stream;
  const choice = new SharingChoice(policy, browserStorage(), options.tickets?.viewer);
  const session = createLiveSession({
    ...options,
    video,
    mode: choice.allowance.mode,
    sharingAbove: choice.policy.above,
  });
  rememberChoice(session, choice);
  session.on("destroyed", choice.bind(session));
  const stopListening = firstOf(session, () => {
    stopListening();
    session.on("destroyed", beginReports(stream, { by: session, video, counted: session, choice }));
  });
  return session;
}

/** Calls back with the first frame or an error. Returns a function that prevents it. */
function firstOf(session: LiveSession, then: () => void): () => void {
  const stops = [session.on("firstFrame", then), session.on("error", then)];
  return () => {
    for (const stop of stops) stop();
  };
}
