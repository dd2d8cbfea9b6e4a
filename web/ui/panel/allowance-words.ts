/** What a viewer reads about the current sharing mode, the reason for it, and a pause. */

import type { GuardLevel } from "../../playback/session.ts";
import type { Allowance, SharingMode } from "../../policy/allowance.ts";
import { isLargeEnough } from "../../policy/threshold.ts";

const MODE_WORDS: Readonly<Record<SharingMode, string>> = {
  on: "You download from other viewers and upload to them.",
  leech: "You download from other viewers and upload nothing.",
  off: "You download everything from the CDN, and other viewers can't see you.",
};

const REASON_WORDS: Readonly<Record<Allowance["reason"], string>> = {
  "no-webrtc": "This browser can't connect to other viewers.",
  policy: "This channel limits sharing.",
  ramp: "This channel shares with only some of its viewers for now.",
  page: "This page limits sharing.",
  untold: "",
  unasked: "Nothing is shared unless you agree.",
  chosen: "",
  "metered-connection": "Your connection is metered.",
  "low-battery": "Your battery is low.",
  default: "",
};

export function allowanceWords({ mode, reason }: Allowance): string {
  return `${MODE_WORDS[mode]} ${REASON_WORDS[reason]}`.trim();
}

/** What a viewer reads while the guard pauses sharing. Empty where that changes nothing in this mode. */
export function guardWords(level: GuardLevel, mode: SharingMode): string {
  if (level === "none" || mode === "off" || (level === "takes-only" && mode === "leech")) return "";
  return level === "takes-only" ? "Uploads paused to prevent stalls." : "Sharing paused to prevent stalls.";
}

/** What a viewer reads while the swarm is too small to share, which others join unseen. Empty otherwise. */
export function thresholdWords(mode: SharingMode, viewers: number | null, above: number): string {
  if (mode === "off" || viewers === null || isLargeEnough(viewers, above)) return "";
  return `Sharing begins once ${above} are watching in this quality. Until then nobody sees your address.`;
}

/** Whether the viewer's choice would make any difference. */
export function canChoose({ mode, reason }: Allowance): boolean {
  return (
    reason !== "no-webrtc" &&
    reason !== "ramp" &&
    !((reason === "policy" || reason === "page") && mode === "off")
  );
}
