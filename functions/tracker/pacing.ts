/**
 * Decides how often a viewer announces and how many of its offers are relayed: a tracker's cost is mostly messages.
 * docs/decisions/pace-follows-the-swarm.md gives the reasons in full and the measurements behind the constants.
 */
import type { Refusal } from "./messages.ts";

/** What the tracker knows about a viewer's need for peers when it announces. */
export interface Need {
  /** `fresh`: the viewer has no peers yet. `returning`: the tracker lost the viewer, but its peers didn't. */
  readonly arrival: "fresh" | "returning" | null;
  /** Since its seat was taken; 0 for a viewer that has just arrived. */
  readonly seatedSeconds: number;
  /** Since the viewer was last helped to peers and the others in its swarm were counted. */
  readonly secondsSinceHelp: number;
  /** Others in the swarm now, by estimate. */
  readonly others: number;
  /** `others` divided by how many there were at that count. */
  readonly growth: number;
  /** Of those who were there at that count, the share that is still there, by estimate. */
  readonly stayed: number;
}

/** API Gateway and CloudFront close a connection after 10 idle minutes: announce a minute before. */
export const MAX_INTERVAL_SECONDS = 540;

interface Pace {
  /** Offers relayed from this announce, at most. */
  readonly offers: number;
  /** Seconds until the next announce: drawn evenly between the two, so that viewers who came together spread out. */
  readonly interval: readonly [least: number, most: number];
  /** The viewer is helped to new peers, so the others in its swarm are counted anew. */
  readonly isHelp?: true;
}

/** So wide that a crowd is spread over the whole interval at once. */
const FIRST_LONG_INTERVAL = [270, MAX_INTERVAL_SECONDS] as const;

/** Time for new peers to arrive before the swarm is looked at again. */
const AFTER_HELP = [225, 375] as const;

/**
 * Three announces with 5, 5 and 4 offers give 95 % of settled viewers six peers. From then on newcomers bring as many
 * offers as leavers take peers away, so a swarm that keeps its size keeps its mesh.
 */
const PACES = {
  /** Found nobody. Two who arrive at the same instant miss each other: neither has a seat when the other looks. */
  alone: { offers: 5, interval: [8, 16] },
  /** Just arrived. Soon again, in case all of its first offers fail. */
  arrived: { offers: 5, interval: [25, 40] },
  /** Came back with its peers. Any sooner and it would pass for a newcomer at its next announce. */
  returned: { offers: 1, interval: [360, MAX_INTERVAL_SECONDS] },
  second: { offers: 5, interval: [135, 225] },
  secondInSmallSwarm: { offers: 5, interval: FIRST_LONG_INTERVAL },
  third: { offers: 4, interval: FIRST_LONG_INTERVAL },
  /** The swarm has grown by half since the viewer arrived, so newcomers' offers have fed it: one of its own will do. */
  secondWhenFed: { offers: 1, interval: [135, 225] },
  secondWhenFedInSmallSwarm: { offers: 1, interval: FIRST_LONG_INTERVAL },
  thirdWhenFed: { offers: 1, interval: FIRST_LONG_INTERVAL },
  /** Others stay briefly. All that a client sends, twice in a stay, since it loses peers as fast as it finds them. */
  brisk: { offers: 5, interval: [150, 210] },
  /** Two in five of the others have left. */
  lonely: { offers: 2, interval: AFTER_HELP, isHelp: true },
  /** So many have left that the swarm has shrunk, and no newcomers make up for them. */
  deserted: { offers: 5, interval: AFTER_HELP, isHelp: true },
  newlySettled: { offers: 0, interval: FIRST_LONG_INTERVAL },
  /** Narrow, since an announce less is money; wide enough to spread a crowd further each time. */
  settled: { offers: 0, interval: [486, MAX_INTERVAL_SECONDS] },
} as const satisfies Readonly<Record<string, Pace>>;

type Stage = keyof typeof PACES;

/** The second announce comes within 40 seconds, the third within 265; both have a minute or more for delays. */
const SECOND_ANNOUNCE_SECONDS = 100;
const THIRD_ANNOUNCE_SECONDS = 360;

/** In a swarm with no more others than one announce has offers, everyone's offers have reached everyone. */
const SMALL_SWARM = 5;

const FED_GROWTH = 1.5;

/** In a swarm three times as large as at the last count, a viewer has had enough offers from newcomers. */
export const CROWDED_GROWTH = 3;

/** In a swarm twelve times as large, too few of those who were there are in a sample to judge by. */
const OUTGROWN_GROWTH = 12;
const OUTGROWN_SECONDS = 1500;

const DESERTED_GROWTH = 0.7;

/** Stays of less than a quarter of an hour are brief. */
const BRIEF_STAY_SECONDS = 900;

/** The share of the others below which a viewer is lonely, in a swarm that newcomers have fed and in any other. */
const LONELY_SHARE_WHEN_FED = 0.35;
const LONELY_SHARE = 0.6;

const OUTAGE_INTERVAL = [60, 120] as const;

/** Offers to relay from an announce, at most. */
export function offersWanted(need: Need): number {
  return paceOf(need).offers;
}

/** Whether the viewer is helped to new peers, so that the others in its swarm are to be counted anew. */
export function isHelped(need: Need): boolean {
  return paceOf(need).isHelp === true;
}

/** Seconds until the next announce. */
export function intervalSeconds(need: Need, random: () => number): number {
  return drawn(paceOf(need).interval, random);
}

/** Seconds until a refused client may try again. */
export function refusedIntervalSeconds(cause: Refusal["cause"], random: () => number): number {
  return drawn(cause === "Unavailable" ? OUTAGE_INTERVAL : FIRST_LONG_INTERVAL, random);
}

function paceOf(need: Need): Pace {
  return PACES[stageOf(need)];
}

function stageOf(need: Need): Stage {
  const { arrival, seatedSeconds, others, growth } = need;
  const isFed = growth > FED_GROWTH;
  const isSmall = others <= SMALL_SWARM;
  if (arrival === "returning") return "returned";
  if (arrival === "fresh") return others > 0 ? "arrived" : "alone";
  if (seatedSeconds < SECOND_ANNOUNCE_SECONDS) {
    if (isFed) return isSmall ? "secondWhenFedInSmallSwarm" : "secondWhenFed";
    return isSmall ? "secondInSmallSwarm" : "second";
  }
  const settled = seatedSeconds < MAX_INTERVAL_SECONDS ? "newlySettled" : "settled";
  if (isSmall) return settled;
  if (areStaysBrief(need)) return "brisk";
  if (seatedSeconds < THIRD_ANNOUNCE_SECONDS) return isFed ? "thirdWhenFed" : "third";
  if (growth < DESERTED_GROWTH) return "deserted";
  return hasLostPeers(need) ? "lonely" : settled;
}

/**
 * Whether the others leave as fast as if their stays were brief and exponentially distributed. Of those who are there
 * now, `stayed / growth` were there at the last count. In a swarm that grows, that ratio tells of newcomers instead.
 */
function areStaysBrief({ secondsSinceHelp, growth, stayed }: Need): boolean {
  return growth < FED_GROWTH && stayed / growth < Math.exp(-secondsSinceHelp / BRIEF_STAY_SECONDS);
}

/** Whether so many of the others have left that the viewer needs new peers. */
function hasLostPeers({ secondsSinceHelp, growth, stayed }: Need): boolean {
  if (growth > OUTGROWN_GROWTH) return secondsSinceHelp > OUTGROWN_SECONDS;
  return stayed < (growth > FED_GROWTH ? LONELY_SHARE_WHEN_FED : LONELY_SHARE);
}

function drawn([least, most]: readonly [number, number], random: () => number): number {
  return Math.round(least + (most - least) * random());
}
