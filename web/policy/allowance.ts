/**
 * Decides how much a viewer shares: from what the deployment and the page allow, what the viewer was told and chose, and
 * what the device suggests.
 *
 * policy/ imports nothing outside itself but types from sharing/ and functions/.
 */

import type { Policy } from "./policy.ts";

/** `on` downloads from peers and uploads to them, `leech` only downloads, `off` plays from the CDN alone. */
export type SharingMode = "on" | "leech" | "off";

export interface Circumstances {
  /** The deployment's policy, from config.json. */
  policy: Policy;
  /** The most that the page around the player lets its viewers share. */
  limit: SharingMode;
  /** A random number from 0 to 1, drawn once and kept: the viewer may share while it is below `ramp`. */
  draw: number;
  /** The part of the viewers who may share by SharingGuard, which learns from their reports: 1 if it minds nothing. */
  guarded: number;
  /** The viewer is in the control group. */
  isControl: boolean;
  /** The viewer's choice, of this visit or an earlier one. */
  chosen: SharingMode | null;
  /** The viewer was told that others can see their address. */
  told: boolean;
  /** The viewer said yes to sharing. */
  agreed: boolean;
  /** False in a browser without WebRTC. */
  canConnect: boolean;
  /** The browser asks for less data, or the connection is cellular. */
  isMetered: boolean;
  /** Null if there is none, or the browser doesn't tell. */
  battery: { level: number; isCharging: boolean } | null;
}

export interface Allowance {
  mode: SharingMode;
  reason:
    | "no-webrtc"
    | "policy"
    | "ramp"
    | "page"
    | "untold" // the viewer is yet to be told that others can see their address
    | "unasked" // the viewer is yet to say yes
    | "chosen"
    | "metered-connection"
    | "low-battery"
    | "control" // the viewer would share, and shows how playback goes without
    | "default";
}

const LOW_BATTERY = 0.2;
const RANK: Record<SharingMode, number> = { off: 0, leech: 1, on: 2 };

/**
 * The sharing mode and the reason for it. Policy and page limit everyone and raise nobody; a viewer's own choice beats
 * our guesses. Chance alone decides who of those who would share is in the control group, so no choice beats that.
 */
export function allowanceFor(circumstances: Circumstances): Allowance {
  const allowance = withoutControl(circumstances);
  return circumstances.isControl && allowance.mode !== "off" ? { mode: "off", reason: "control" } : allowance;
}

function withoutControl(circumstances: Circumstances): Allowance {
  const { policy, limit, draw, guarded, chosen, canConnect, isMetered, battery } = circumstances;
  if (!canConnect) return { mode: "off", reason: "no-webrtc" };
  if (policy.mode === "off") return { mode: "off", reason: "policy" };
  if (draw >= Math.min(policy.ramp, guarded)) return { mode: "off", reason: "ramp" };
  const wanted = wantedMode(chosen, isMetered, battery);
  // A page that turns sharing off has nothing to tell or to ask.
  if (limit === "off") return { mode: "off", reason: "page" };
  const missing = wanted.mode === "off" ? null : missingWord(circumstances);
  if (missing) return { mode: "off", reason: missing };
  const mode = lowerMode(lowerMode(wanted.mode, policy.mode), limit);
  if (mode === wanted.mode) return wanted;
  return { mode, reason: mode === policy.mode ? "policy" : "page" };
}

/** What has to be said before the viewer may share; null if all was. Who agreed was told by the question. */
function missingWord({ policy, told, agreed }: Circumstances): "untold" | "unasked" | null {
  if (policy.consent === "implied" || agreed) return null;
  if (policy.consent === "ask") return "unasked";
  return told ? null : "untold";
}

/** The one of two modes that shares less. */
export function lowerMode(one: SharingMode, other: SharingMode): SharingMode {
  return RANK[other] < RANK[one] ? other : one;
}

function wantedMode(
  chosen: SharingMode | null,
  isMetered: boolean,
  battery: Circumstances["battery"],
): Allowance {
  if (chosen) return { mode: chosen, reason: "chosen" };
  if (isMetered) return { mode: "leech", reason: "metered-connection" };
  if (battery && battery.level < LOW_BATTERY && !battery.isCharging) {
    return { mode: "leech", reason: "low-battery" };
  }
  return { mode: "on", reason: "default" };
}
