/** What a viewer reads when the stream can't play: what is wrong, and what happens next. */

import type { Trouble } from "../sharing/session.ts";

export interface TroubleWords {
  title: string;
  next: string;
}

const words: Record<Trouble["kind"], TroubleWords> = {
  offline: {
    title: "You are offline",
    next: "The stream goes on by itself when your connection is back.",
  },
  "not-started": {
    title: "The stream hasn't started",
    next: "Stay on this page: it starts here by itself.",
  },
  "cdn-failing": {
    title: "The stream can't be reached",
    next: "This page keeps trying, and goes on by itself.",
  },
  "media-broken": {
    title: "The picture got stuck",
    next: "It is being started again.",
  },
  unsupported: {
    title: "This browser can't play the stream",
    next: "Please open this page in a current Chrome, Edge, Firefox or Safari.",
  },
};

export function troubleWords(kind: Trouble["kind"]): TroubleWords {
  return words[kind];
}

/** `Next try in 4 s`; nothing when there is no next try, or none that is worth counting. */
export function retryWords(seconds: number | null): string {
  if (seconds === null) return "";
  return seconds < 1 ? "Trying now" : `Next try in ${Math.ceil(seconds)} s`;
}
