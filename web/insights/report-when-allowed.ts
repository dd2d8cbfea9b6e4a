/** Begins a player's reports unless the browser says no, and asks the viewer's switch before each. */

import type { LiveSession } from "../playback/session.ts";
import { type ReportedPlayer, type ReportedSession, reportSession } from "./report-session.ts";
import { hasPrivacyControl, mayReport } from "./wish.ts";

interface Circumstances {
  /** The viewer's own switch, as it stands now. */
  isSwitchedOn(): boolean;
  readonly destroyed: AbortSignal;
}

export function reportWhenAllowed(
  player: Omit<ReportedPlayer, "mayReport">,
  { isSwitchedOn, destroyed }: Circumstances,
): void {
  if (destroyed.aborted) return;
  const stop = reportSession({
    ...player,
    mayReport: () => mayReport({ hasPrivacyControl: hasPrivacyControl(navigator), viewer: isSwitchedOn() }),
  });
  destroyed.addEventListener("abort", stop);
}

/** What reports ask, of a live session. */
export function ofLiveSession(session: LiveSession): ReportedSession {
  return {
    get stats() {
      return session.stats;
    },
    get bitsPerSecond() {
      return session.qualities[session.stats.qualityIndex ?? -1]?.bitsPerSecond ?? null;
    },
    get error() {
      return session.error;
    },
    on: (event, listener) => session.on(event, listener),
  };
}
