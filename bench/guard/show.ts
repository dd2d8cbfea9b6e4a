/**
 * Simulated shows of three hours: a crowd at the beginning, viewers who come and go, a few on lines that stall whatever they do,
 * starts with a heavy tail, and moments in which all stall, or half of them. In some of them sharing does harm.
 */

import type { Chance } from "../chance.ts";
import { bell, type Experience, type Interruption, Visit, viewerId } from "../insights/visit.ts";

/** What sharing does to viewers who share, from a second of the show. */
export interface Harm {
  readonly from: number;
  /** The part of those who share that it hits. */
  readonly part: number;
  /** Stalls of three seconds on average, once in so many seconds on average. */
  readonly stallsEverySeconds?: number;
  /** How much longer starts take. */
  readonly startMs?: number;
  /** How much longer the live delay is, from the beginning of the show. */
  readonly delayMs?: number;
}

export interface Show {
  /** At a time, after the first minutes. */
  readonly viewers: number;
  readonly seconds: number;
  readonly harm: Harm | null;
  /** How often all viewers stall at once, or half of them. */
  readonly troubles: number;
}

const MEAN_STAY_SECONDS = 2_700;
const CROWD_SECONDS = 300;
/** Of those who come: leave within seconds. */
const EARLY = 0.15;
const BAD_LINES = 0.04;

const HERE = { country: "DE", network: "3320", browser: "Chrome", device: "computer" } as const;

export function visitsOf({ viewers, seconds, harm, troubles }: Show, chance: Chance): Visit[] {
  const common = commonTroubles(troubles, seconds, chance);
  const lasting = seconds - CROWD_SECONDS;
  const crowd = Math.round((viewers * 0.9) / (1 - EARLY));
  const later = Math.round((viewers * lasting) / MEAN_STAY_SECONDS / (1 - EARLY));
  const arrivals = [
    ...Array.from({ length: crowd }, () => CROWD_SECONDS * chance.next()),
    ...Array.from({ length: later }, () => CROWD_SECONDS + lasting * chance.next()),
  ];
  return arrivals
    .toSorted((one, other) => one - other)
    .map((arrives) => {
      const stay = chance.happens(EARLY) ? chance.lasting(20) : chance.lasting(MEAN_STAY_SECONDS);
      const leaves = Math.min(Math.ceil(arrives + 1 + stay), seconds);
      return visitOf({ arrives, leaves: Math.max(leaves, Math.ceil(arrives) + 1) }, { common, harm }, chance);
    });
}

interface Trouble extends Interruption {
  /** The part of all viewers that it hits. */
  readonly part: number;
}

/** The publisher drops out, or an edge does: that is nobody's sharing. */
function commonTroubles(length: number, seconds: number, chance: Chance): Trouble[] {
  return Array.from({ length }, (_, index) => ({
    at: chance.between(600, seconds),
    seconds: chance.between(3, 20),
    part: index % 2 === 0 ? 1 : 0.5,
  }));
}

function visitOf(
  times: { readonly arrives: number; readonly leaves: number },
  { common, harm }: { readonly common: readonly Trouble[]; readonly harm: Harm | null },
  chance: Chance,
): Visit {
  const { arrives, leaves } = times;
  const isOnBadLine = chance.happens(BAD_LINES);
  const badness = 0.5 * Math.exp(1.2 * bell(chance));
  const own = isOnBadLine
    ? stalls(arrives, leaves, 90, 4, chance)
    : stalls(arrives, leaves, 1_800 / badness, 1.5, chance);
  const shared = common.filter(({ part, at }) => chance.happens(part) && at > arrives && at < leaves);
  const base: Experience = {
    startMs: chance.happens(0.01)
      ? null
      : 900 * Math.exp(0.6 * bell(chance)) * (isOnBadLine ? 4 : Math.max(1, badness / 4)),
    delayMs: 6_500 + 800 * bell(chance) + (isOnBadLine ? chance.lasting(4_000) : 0),
    kilobitsPerSecond: 3_000,
    shareFromPeers: 0.8,
    stalls: merged([...own, ...shared]),
    freezes: [],
  };
  const visit = new Visit(times, { viewer: viewerId(chance), where: HERE, experience: base });
  if (harm === null || visit.group === "control" || !chance.happens(harm.part)) return visit;
  return new Visit(times, { ...visit, experience: harmed(base, harm, times, chance) });
}

function harmed(
  base: Experience,
  { from, stallsEverySeconds, startMs = 0, delayMs = 0 }: Harm,
  { arrives, leaves }: { readonly arrives: number; readonly leaves: number },
  chance: Chance,
): Experience {
  const begins = Math.max(from, arrives);
  const more = stallsEverySeconds === undefined ? [] : stalls(begins, leaves, stallsEverySeconds, 3, chance);
  return {
    ...base,
    startMs: base.startMs === null || arrives < from ? base.startMs : base.startMs + startMs,
    delayMs: base.delayMs + delayMs,
    stalls: merged([...base.stalls, ...more]),
  };
}

function stalls(
  from: number,
  until: number,
  everySeconds: number,
  mean: number,
  chance: Chance,
): Interruption[] {
  const found: Interruption[] = [];
  let at = from + chance.lasting(everySeconds);
  while (at < until) {
    const seconds = Math.min(chance.lasting(mean), 20);
    found.push({ at, seconds });
    at += seconds + chance.lasting(everySeconds);
  }
  return found;
}

/** Nobody stalls twice at a time. */
function merged(all: readonly Interruption[]): Interruption[] {
  const sorted = all.toSorted((one, other) => one.at - other.at);
  let until = 0;
  return sorted.flatMap(({ at, seconds }) => {
    const begins = Math.max(at, until);
    const end = at + seconds;
    if (end <= begins) return [];
    until = end;
    return [{ at: begins, seconds: end - begins }];
  });
}
