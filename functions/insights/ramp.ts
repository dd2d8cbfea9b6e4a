/** The part of the viewers whom SharingGuard lets share: a quarter of what it was with each alarm, until hours later. */

import type { Alarm } from "./guard.ts";

/** What is remembered of the last alarm. */
export interface KeptRamp {
  /** The part of the viewers who may share since then, 0 to 1. */
  readonly ramp: number;
  /** In milliseconds since the epoch. */
  readonly since: number;
  /** Null once the guard was switched off. */
  readonly alarm: Alarm | null;
}

/** By then a show is over, and who looks after the deployment has had time to. */
const HELD_MS = 12 * 3_600_000;

/** At less than this nobody shares: there would be too few to learn more from. */
const LEAST_RAMP = 0.05;

/** The ramp at this moment, in milliseconds. */
export function rampAt(kept: KeptRamp | null, now: number): number {
  return kept !== null && now < heldUntil(kept) ? kept.ramp : 1;
}

/** In milliseconds since the epoch. */
export function heldUntil({ since }: KeptRamp): number {
  return since + HELD_MS;
}

/** When the ramp last changed; who shared before that says nothing of how sharing goes now. */
export function changedAt(kept: KeptRamp | null, now: number): number {
  if (kept === null) return 0;
  return now < heldUntil(kept) ? kept.since : heldUntil(kept);
}

/** The next ramp: 1, 0.25, 0.06, 0. */
export function rampAfter(ramp: number): number {
  const next = Math.round((ramp / 4) * 100) / 100;
  return next < LEAST_RAMP ? 0 : next;
}
