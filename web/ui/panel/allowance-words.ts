/** What a viewer reads about the current sharing mode, the reason for it, and a pause. */

import type { GuardLevel } from "../../playback/session.ts";
import type { SignatureState } from "../../playback/stats.ts";
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
  control: "You are one of the few who show how this stream plays without sharing, chosen by chance.",
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

const SIGNATURE_WORDS: Readonly<Record<SignatureState, string>> = {
  checked: "",
  unsigned: "",
  missing: "Uploads paused: the stream's signatures can't be reached.",
  insecure: "Nothing is shared: without HTTPS the browser can't check what others give.",
  none: "Nothing is shared: this channel doesn't sign its stream.",
};

/** What a viewer reads when nothing vouches for what viewers would give each other. */
export function signatureWords(state: SignatureState, mode: SharingMode): string {
  return mode === "off" ? "" : SIGNATURE_WORDS[state];
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
    reason !== "control" &&
    !((reason === "policy" || reason === "page") && mode === "off")
  );
}
