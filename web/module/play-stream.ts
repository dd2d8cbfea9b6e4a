/** Plays a stream in anyone's video element, for players and pages that bring their own controls. */

import { browserStorage } from "../player/preferences.ts";
import { SharingChoice } from "../player/sharing-choice.ts";
import { createLiveSession } from "../sharing/live-session.ts";
import type { LiveSession, SharingMode } from "../sharing/session.ts";
import type { Stream } from "./stream.ts";

/**
 * Starts to load and share at once; the page plays and pauses the element as any other. How much is shared
 * follows the deployment's policy, the line and the battery; `session.setMode` is the viewer's own choice and
 * is remembered. `session.destroy()` ends all of it.
 */
export function playStream(video: HTMLVideoElement, { policy, ...stream }: Stream): LiveSession {
  const choice = new SharingChoice(policy, browserStorage());
  const session = createLiveSession({ ...stream, video, mode: choice.allowance.mode });
  followChoice(session, choice);
  return session;
}

interface Shares {
  setMode(mode: SharingMode): void;
  on(event: "mode", listener: (mode: SharingMode) => void): () => void;
  on(event: "destroyed", listener: () => void): () => void;
}

/** Keeps a session within what its viewer allows, and takes a mode that is set on it as the viewer's choice. */
export function followChoice(session: Shares, choice: SharingChoice): void {
  session.on("mode", (mode) => {
    if (mode !== choice.allowance.mode) choice.choose(mode);
  });
  session.on(
    "destroyed",
    choice.watch(({ mode }) => session.setMode(mode)),
  );
}
