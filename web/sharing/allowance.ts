/** How far a viewer takes part: what the deployment allows, the viewer chose, and the line and battery bear. */

import type { SharingMode } from "./session.ts";

export interface Circumstances {
  /** The deployment's policy, from config.json; `ramp` is the share of viewers who take part. */
  policy: { mode: SharingMode; ramp: number };
  /** This viewer's lot in the ramp, 0 to 1, drawn once and kept. */
  lot: number;
  /** What the viewer switched to, on this visit or an earlier one. */
  chosen: SharingMode | null;
  /** The browser asks for less data, or the line is a mobile one. */
  isMetered: boolean;
  /** Unknown counts as none. */
  battery: { level: number; isCharging: boolean } | null;
}

export interface Allowance {
  mode: SharingMode;
  reason: "policy" | "ramp" | "chosen" | "metered-line" | "low-battery" | "default";
}

const LOW_BATTERY = 0.2;
const GENEROSITY: Record<SharingMode, number> = { off: 0, leech: 1, on: 2 };

/** The mode to share in, and why. The policy bounds everyone; a viewer's own choice beats our guesses. */
export function allowanceFor({ policy, lot, chosen, isMetered, battery }: Circumstances): Allowance {
  if (policy.mode === "off") return { mode: "off", reason: "policy" };
  if (lot >= policy.ramp) return { mode: "off", reason: "ramp" };
  const wished = wish(chosen, isMetered, battery);
  return GENEROSITY[wished.mode] > GENEROSITY[policy.mode] ? { mode: policy.mode, reason: "policy" } : wished;
}

function wish(chosen: SharingMode | null, isMetered: boolean, battery: Circumstances["battery"]): Allowance {
  if (chosen) return { mode: chosen, reason: "chosen" };
  if (isMetered) return { mode: "leech", reason: "metered-line" };
  if (battery && battery.level < LOW_BATTERY && !battery.isCharging) {
    return { mode: "leech", reason: "low-battery" };
  }
  return { mode: "on", reason: "default" };
}
