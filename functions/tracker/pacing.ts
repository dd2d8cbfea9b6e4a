// Decides how often a viewer announces and how many of its offers are relayed: messages are what a tracker costs.
// docs/decisions/pace-follows-the-swarm.md has the reasons in full and the measurements that the constants rest on.
import type { Refusal } from "./messages.ts";

/** What the tracker knows of a viewer's need when it announces. */
export interface Need {
  /** `fresh`: has no neighbours yet. `returning`: the tracker lost it, its neighbours did not. */
  readonly arrival: "fresh" | "returning" | null;
  /** Since its seat was taken; 0 for one who has just come. */
  readonly seatedSeconds: number;
  /** Since it was last helped to neighbours and its company counted. */
  readonly metSeconds: number;
  /** Others in the swarm, by estimate. */
  readonly others: number;
  /** How many times as many as when its company was counted. */
  readonly growth: number;
  /** Of those others, the share that is still there, by estimate. */
  readonly stayed: number;
}

type Stage = "fresh" | "new" | "fed" | "brisk" | "lonely" | "deserted" | "settled" | "returning";

/** API Gateway drops a connection that is idle for 10 minutes, CloudFront too: announce a minute before. */
export const longestIntervalSeconds = 540;

/**
 * Offers relayed in each stage. Three announces with five, five and four are what gives 95 % of settled viewers six
 * neighbours. Then newcomers bring as many offers as leavers take neighbours, so that a swarm that keeps its size keeps
 * its mesh; two more whenever four tenths of the company are lost make up for chance. A swarm that shrinks has no newcomers.
 * Where stays are brief, all that a client sends is just enough: neighbours are lost as fast as they are found.
 */
const offersIn: Readonly<Record<Stage, number>> = {
  fresh: 5,
  new: 4,
  fed: 1,
  brisk: 5,
  lonely: 2,
  deserted: 5,
  settled: 0,
  returning: 1,
};

/** Seconds until the next announce: any number from the first to the second is as likely. */
type Span = readonly [number, number];

/** The second announce: whose first offers all failed should not wait for long. */
const soon: Span = [25, 40];

/** Two who come at the same instant each find nobody: neither has taken its seat when the other looks. */
const foundNobody: Span = [8, 16];
const later: Span = [135, 225];

/** Where stays are brief: half of one. */
const brisk: Span = [150, 210];

/** Time for new neighbours to come before the company is looked at again. */
const afterHelp: Span = [225, 375];
/** Wide, so that who came together is spread over the whole interval at once. */
const firstLong: Span = [270, longestIntervalSeconds];
/** Any sooner and it would pass for a newcomer; the client's own pause of up to five minutes has spread a crowd. */
const afterReturn: Span = [360, longestIntervalSeconds];
/** Narrow, since every announce is money; enough to spread a crowd further each time. */
const long: Span = [486, longestIntervalSeconds];

/** The second announce comes within 40 seconds, the third within 265, both with a minute or more for delays. */
const secondAnnounceSeconds = 100;
const newSeconds = 360;

/** In a swarm with no more others than one announce has offers, everybody was offered to everybody. */
const smallSwarm = 5;

/** A viewer whose swarm has grown by half since it came was sent offers by all the newcomers: one of its own will do. */
const fedGrowth = 1.5;

/** Stays of less than a quarter of an hour are brief. */
const briefStaySeconds = 900;

/** In a swarm that has shrunk to this part of what it was, so many are gone and no newcomers have made up for them. */
const desertedGrowth = 0.7;

/** In a swarm three times as large as when its company was counted, a viewer has had offers enough from newcomers. */
export const crowdedGrowth = 3;

/** Offers relayed from an announce, at most. */
export function offersWanted(need: Need): number {
  const stage = stageOf(need);
  return stage === "new" && need.seatedSeconds < secondAnnounceSeconds ? offersIn.fresh : offersIn[stage];
}

/** Whether the viewer is helped to new company, which is to be counted afresh. */
export function isHelped(need: Need): boolean {
  const stage = stageOf(need);
  return stage === "lonely" || stage === "deserted";
}

/** Seconds until the next announce. Jittered, so that who came together doesn't announce together for ever. */
export function intervalSeconds(need: Need, random: () => number): number {
  return drawn(spanOf(need), random);
}

/** For one who asks too much, or in vain: seconds until it may try again. */
export function refusedIntervalSeconds(cause: Refusal["cause"], random: () => number): number {
  return drawn(cause === "Unavailable" ? [60, 120] : firstLong, random);
}

function spanOf(need: Need): Span {
  const { seatedSeconds, others } = need;
  const stage = stageOf(need);
  if (stage === "fresh") return others > 0 ? soon : foundNobody;
  if (stage === "returning") return afterReturn;
  if (seatedSeconds < secondAnnounceSeconds) return others > smallSwarm ? later : firstLong;
  if (stage === "brisk") return brisk;
  if (stage === "lonely" || stage === "deserted") return afterHelp;
  return seatedSeconds < longestIntervalSeconds ? firstLong : long;
}

function stageOf(need: Need): Stage {
  const { arrival, seatedSeconds, others, growth } = need;
  if (arrival !== null) return arrival;
  if (seatedSeconds < secondAnnounceSeconds) return growth > fedGrowth ? "fed" : "new";
  if (others <= smallSwarm) return "settled";
  if (areStaysBrief(need)) return "brisk";
  if (seatedSeconds < newSeconds) return growth > fedGrowth ? "fed" : "new";
  if (growth < desertedGrowth) return "deserted";
  return hasLostCompany(need) ? "lonely" : "settled";
}

/**
 * Whether those who were there when its company was counted leave as fast as if they stayed briefly, with exponentially
 * distributed stays. Of those who are there now they are `stayed / growth`. In a swarm that grows, that tells of
 * newcomers and not of stays.
 */
function areStaysBrief({ metSeconds, growth, stayed }: Need): boolean {
  return growth < fedGrowth && stayed / growth < Math.exp(-metSeconds / briefStaySeconds);
}

/**
 * Four tenths of company lost are felt, or two thirds where newcomers have made up for the first. Among twelve times
 * as many, too few of the old company are in a sample to judge by: then 25 minutes are taken for long enough.
 */
function hasLostCompany({ metSeconds, growth, stayed }: Need): boolean {
  if (growth > 12) return metSeconds > 1500;
  return stayed < (growth > fedGrowth ? 0.35 : 0.6);
}

function drawn([least, most]: Span, random: () => number): number {
  return Math.round(least + (most - least) * random());
}
