/**
 * Decides how much a viewer shares: from what the deployment allows, what the viewer chose, and what the device
 * suggests.
 *
 * policy/ imports nothing outside itself but types from sharing/.
 */

/** `on` downloads from peers and uploads to them, `leech` only downloads, `off` plays from the CDN alone. */
export type SharingMode = "on" | "leech" | "off";

export interface Circumstances {
  /** The deployment's policy, from config.json. `ramp` is the share of viewers who may share, 0 to 1. */
  policy: { mode: SharingMode; ramp: number };
  /** A random number from 0 to 1, drawn once and kept: the viewer may share while it is below `ramp`. */
  draw: number;
  /** The viewer's choice, of this visit or an earlier one. */
  chosen: SharingMode | null;
  /** False in a browser without WebRTC. */
  canConnect: boolean;
  /** The browser asks for less data, or the connection is cellular. */
  isMetered: boolean;
  /** Null if there is none, or the browser doesn't tell. */
  battery: { level: number; isCharging: boolean } | null;
}

export interface Allowance {
  mode: SharingMode;
  reason: "no-webrtc" | "policy" | "ramp" | "chosen" | "metered-connection" | "low-battery" | "default";
}

const LOW_BATTERY = 0.2;
const RANK: Record<SharingMode, number> = { off: 0, leech: 1, on: 2 };

/** The sharing mode and the reason for it. The policy limits everyone; a viewer's own choice beats our guesses. */
export function allowanceFor(circumstances: Circumstances): Allowance {
  const { policy, draw, chosen, canConnect, isMetered, battery } = circumstances;
  if (!canConnect) return { mode: "off", reason: "no-webrtc" };
  if (policy.mode === "off") return { mode: "off", reason: "policy" };
  if (draw >= policy.ramp) return { mode: "off", reason: "ramp" };
  const wanted = wantedMode(chosen, isMetered, battery);
  const mode = lowerMode(wanted.mode, policy.mode);
  return mode === wanted.mode ? wanted : { mode, reason: "policy" };
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
