/** Says why SharingGuard lets fewer viewers share, for the studio, the timeline and an e-mail. */

import type { Alarm, Metric } from "./guard.ts";
import { heldUntil, type KeptRamp, rampAt } from "./ramp.ts";

/** What people are told. */
export interface GuardNotice {
  /** The part of the viewers who may share now, 0 to 1. */
  readonly ramp: number;
  /** In milliseconds since the epoch. */
  readonly since: number;
  readonly text: string;
}

/** At this moment, in milliseconds; null while the guard minds nothing. */
export function guardNotice(kept: KeptRamp | null, now: number): GuardNotice | null {
  if (kept?.alarm == null || rampAt(kept, now) === 1) return null;
  const { ramp, since, alarm } = kept;
  const until = new Date(heldUntil(kept)).toISOString().slice(0, 16).replace("T", " ");
  const allowed = ramp === 0 ? "Nobody shares" : `Only ${percent(ramp)} of the viewers may share`;
  return { ramp, since, text: `${alarmWords(alarm)} ${allowed}, until ${until} UTC.` };
}

const WORDS: Readonly<Record<Metric, (sharing: number, control: number) => string>> = {
  interrupted: (sharing, control) =>
    `Sharing interrupts playback: ${percent(sharing)} of the viewers who share stalled or froze noticeably, of the control group, who don't, ${percent(control)}.`,
  failed: (sharing, control) =>
    `Sharing keeps streams from starting: they failed for ${percent(sharing)} of the viewers who share, in the control group, who don't, for ${percent(control)}.`,
  start: (sharing, control) =>
    `Sharing slows the start: half of the viewers who share waited ${seconds(sharing)} or longer, of the control group, who don't, ${seconds(control)}.`,
  delay: (sharing, control) =>
    `Sharing puts viewers behind: half of those who share are ${seconds(sharing)} behind live or more, of the control group, who don't, ${seconds(control)}.`,
};

function alarmWords({ metric, sharing, control, chance, viewers }: Alarm): string {
  const all = `${viewers.sharing} viewers and ${viewers.control}`;
  return `${WORDS[metric](sharing, control)} Chance alone does that once in ${odds(chance)} looks (${all}).`;
}

/** In two digits. */
function odds(chance: number): string {
  return Number((1 / chance).toPrecision(2)).toLocaleString("en");
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
