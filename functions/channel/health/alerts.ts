/** MediaLive's alerts that mean what a rule says, which tells what to do about it. */

import { INPUT_ALERTS } from "../broadcast.ts";
import { comesIn, type Rule } from "./minutes.ts";

type Facts = Parameters<Rule>[0];

/** https://docs.aws.amazon.com/medialive/latest/ug/monitor-activity-types-alerts-channels.html */
const TYPES = {
  /** Of a source that has no audio, or none that can be decoded. */
  noAudio: "Audio Not Detected",
  /** Whatever comes in, nothing of it can be decoded. */
  undecodable: "Initial Probe is Taking Longer Than Expected",
  /** Packets come from several addresses. */
  twoPublishers: "Input Double-Publishing Detected",
} as const;

const OF_RULES: readonly string[] = [...INPUT_ALERTS, ...Object.values(TYPES)];

/** Whether MediaLive warns of this about what comes in; without a publisher it may warn of anything. */
export function warnsOf(type: keyof typeof TYPES, { alerts, minutes }: Facts): boolean {
  return comesIn(minutes) && alerts.some((alert) => alert.type === TYPES[type]);
}

/** What no other rule is about. */
export function otherAlerts({ alerts }: Facts): Facts["alerts"] {
  return alerts.filter(({ type }) => !OF_RULES.includes(type));
}
