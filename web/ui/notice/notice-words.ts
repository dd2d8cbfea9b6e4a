/** What viewers read about who can see their network address, one sentence each. */

import type { Reach } from "../../policy/policy.ts";

const OTHERS: Readonly<Record<Reach, string>> = {
  world: "other viewers",
  network: "viewers in your network",
  lan: "viewers at your place",
};

/** In the panel, always. */
export function addressWords(reach: Reach): string {
  return `While you share, ${OTHERS[reach]} can see your network address; choose Off to stop sharing.`;
}

export interface NoticeWords {
  readonly sentence: string;
  readonly accept: string;
  readonly decline: string;
}

/** Above the video, once. Short, because it has to be read in a frame of 200 by 120 too. */
export function noticeWords(kind: "notice" | "ask", reach: Reach): NoticeWords {
  const others = OTHERS[reach];
  if (kind === "ask") {
    return {
      sentence: `Share with ${others}? They could then see your network address.`,
      accept: "Share",
      decline: "Don't share",
    };
  }
  return {
    sentence: `${capitalised(others)} can see your network address; “Turn off” stops sharing.`,
    accept: "OK",
    decline: "Turn off",
  };
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
