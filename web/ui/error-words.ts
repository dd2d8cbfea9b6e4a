/** What a viewer reads when the stream can't play: what is wrong and what happens next. */

import type { RefusalReason } from "../../functions/edge/ticket.ts";
import { REFUSALS } from "../playback/refusals.ts";
import type { PlaybackError } from "../playback/session.ts";

export interface ErrorWords {
  title: string;
  next: string;
}

const WORDS: Readonly<Record<PlaybackError["kind"], ErrorWords>> = {
  offline: {
    title: "You are offline",
    next: "Playback resumes automatically when your connection is back.",
  },
  "ticket-refused": {
    title: "Your ticket isn't valid any more",
    next: "This page asks for another and resumes automatically.",
  },
  "not-started": {
    title: "The stream hasn't started",
    next: "Stay on this page. Playback starts automatically.",
  },
  "cdn-failing": {
    title: "The stream can't be reached",
    next: "This page keeps trying and resumes automatically.",
  },
  "media-broken": {
    title: "The picture is stuck",
    next: "Playback restarts automatically.",
  },
  unsupported: {
    title: "This browser can't play the stream",
    next: "Please open this page in a current version of Chrome, Edge, Firefox or Safari.",
  },
};

/** `reason` is why there is no ticket. */
export function errorWords(kind: PlaybackError["kind"], reason?: RefusalReason | null): ErrorWords {
  return reason ? REFUSALS[reason] : WORDS[kind];
}

/** `Retrying in 4 s`, or `Retrying now` in the last second; empty if there is no retry. */
export function retryWords(seconds: number | null): string {
  if (seconds === null) return "";
  return seconds < 1 ? "Retrying now" : `Retrying in ${Math.ceil(seconds)} s`;
}
