// Decides how often a viewer announces and how many of its offers are relayed: messages are what a tracker costs.
import type { Refusal } from "./messages.ts";

/** What the tracker knows of a viewer's need when it announces. */
export interface Need {
  /** Has just come to the swarm: `fresh` for the first time, `returning` after its connection was cut, neighbours intact. */
  readonly arrival: "fresh" | "returning" | null;
  /** Since the seat was taken; 0 for one who has just come. */
  readonly seatedSeconds: number;
  /** Others in the swarm, by estimate. */
  readonly others: number;
}

/** API Gateway drops a connection that is idle for 10 minutes, CloudFront too: announce a minute before. */
export const longestIntervalSeconds = 540;

/** How long a viewer counts as new, and is helped to neighbours. */
const newSeconds = 120;

/** How many of the offers in an announce should be relayed. */
export function offersWanted(need: Need): number {
  if (need.arrival === "fresh") return 5;
  if (need.arrival === "returning") return 1;
  return need.seatedSeconds < newSeconds ? 3 : 1;
}

/** Seconds until the next announce. Jittered, so that who came together doesn't announce together for ever. */
export function intervalSeconds(need: Need, random: () => number): number {
  const isNew = need.arrival === "fresh" || (need.arrival === null && need.seatedSeconds < newSeconds / 2);
  const longest = isNew && need.others > 0 ? newSeconds / 2 : longestIntervalSeconds;
  return Math.round(longest * (0.75 + 0.25 * random()));
}

/** For one who asks too much, or in vain: seconds until it may try again. */
export function refusedIntervalSeconds(cause: Refusal["cause"], random: () => number): number {
  const longest = cause === "Unavailable" ? newSeconds : longestIntervalSeconds;
  return Math.round(longest * (0.5 + 0.5 * random()));
}
