/** What sharing means for a viewer as it stands, and why it stands so. */

import type { Allowance } from "../sharing/allowance.ts";
import type { SharingMode } from "../sharing/session.ts";

const meanings: Record<SharingMode, string> = {
  on: "You take from other viewers and give to them.",
  leech: "You take from other viewers and give nothing.",
  off: "Everything comes from the CDN, and no viewer sees you.",
};

const reasons: Record<Allowance["reason"], string> = {
  policy: "This channel allows no more.",
  ramp: "This channel shares with only some of its viewers for now.",
  chosen: "",
  "metered-line": "Your line counts data.",
  "low-battery": "Your battery is low.",
  default: "",
};

export function allowanceWords({ mode, reason }: Allowance): string {
  return `${meanings[mode]} ${reasons[reason]}`.trim();
}

/** Whether a choice of the viewer would make any difference. */
export function canChoose({ mode, reason }: Allowance): boolean {
  return reason !== "ramp" && !(reason === "policy" && mode === "off");
}
