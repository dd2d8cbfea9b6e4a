/** Plays a stream in anyone's video element, for players and pages that bring their own controls. */

import { browserStorage } from "../player/preferences.ts";
import { SharingChoice } from "../player/sharing-choice.ts";
import { createLiveSession } from "../sharing/live-session.ts";
import type { LiveSession } from "../sharing/session.ts";
import type { Stream } from "./stream.ts";

/**
 * Starts to load and share at once; the page plays and pauses the element as any other. How much is shared
 * follows the deployment's policy, the line and the battery; `session.setMode` is the viewer's own choice and
 * is remembered. `session.destroy()` ends all of it.
 */
export function playStream(video: HTMLVideoElement, { policy, ...stream }: Stream): LiveSession {
  const choice = new SharingChoice(policy, browserStorage());
  const session = createLiveSession({ ...stream, video, mode: choice.allowance.mode });
  // A mode that is set from outside is the viewer's choice, which the policy bounds.
  session.on("mode", (mode) => {
    if (mode !== choice.allowance.mode) choice.choose(mode);
  });
  const stopWatching = choice.watch(({ mode }) => session.setMode(mode));
  session.on("destroyed", stopWatching);
  return session;
}
