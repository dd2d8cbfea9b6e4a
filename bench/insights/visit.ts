/** A simulated viewer's visit: what truly happens to it, and what its player has counted of that at any moment. */

import {
  type Counts,
  EARLY_LEAVERS,
  type Group,
  type Moment,
} from "../../functions/insights/report-shape.ts";
import { isControl } from "../../functions/insights/viewer-share.ts";
import type { Whereabouts } from "../../functions/insights/whereabouts.ts";
import type { Reading } from "../../web/insights/reporter.ts";
import type { Chance } from "../chance.ts";

/** When the show begins, in milliseconds since the epoch. */
export const BEGINNING = 1_800_000_000_000;

/** Something that lasts; in seconds of the show. */
export interface Interruption {
  readonly at: number;
  readonly seconds: number;
}

/** The template's default. */
export const CONTROL = 0.02;

/** As the edge gives it. */
export function viewerId(chance: Chance): string {
  return Array.from({ length: 10 }, () => chance.pick(ALPHABET)).join("");
}

const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];

export interface Experience {
  /** From the wish to play to the first frame; null where none comes. */
  readonly startMs: number | null;
  readonly delayMs: number;
  readonly kilobitsPerSecond: number;
  /** Of what it receives. */
  readonly shareFromPeers: number;
  readonly stalls: readonly Interruption[];
  readonly freezes: readonly Interruption[];
}

export class Visit {
  /** Viewers that the tracker told it of, if it is one of those who share. */
  audience: number | null = null;
  readonly viewer: string;
  readonly where: Whereabouts;
  /** The second of its first frame, or of the error that came instead. */
  readonly arrives: number;
  readonly leaves: number;
  readonly experience: Experience;

  constructor(
    times: { readonly arrives: number; readonly leaves: number },
    { viewer, where, experience }: { viewer: string; where: Whereabouts; experience: Experience },
  ) {
    this.viewer = viewer;
    this.where = where;
    this.arrives = times.arrives;
    this.leaves = times.leaves;
    this.experience = experience;
  }

  get group(): Group {
    return isControl(this.viewer, CONTROL) ? "control" : "sharing";
  }

  get errors() {
    return this.experience.startMs === null ? [{ kind: "cdn-failing", second: this.arrives }] : [];
  }

  /** When it wished to play. */
  startedAt(): Moment {
    const at = BEGINNING + this.arrives * 1000 - (this.experience.startMs ?? 8_000);
    return { at: Math.round(at), ...this.countedAt(this.arrives) };
  }

  readingAt(second: number): Reading {
    const { startMs, delayMs, kilobitsPerSecond } = this.experience;
    return {
      to: { at: BEGINNING + second * 1000, ...this.countedAt(second) },
      state: "playing",
      startMs,
      delayMs: startMs === null ? null : delayMs,
      bitsPerSecond: startMs === null ? null : kilobitsPerSecond * 1000,
      peers: 3,
      guard: "none",
      player: "shoal",
      group: this.group,
      groupSince: 0,
    };
  }

  /** For how many it reports, if at all: web/insights/reporter.ts. */
  get standsFor(): number {
    const isEarly = this.leaves - this.arrives < 40 && (this.audience ?? 0) >= 500;
    return isEarly ? EARLY_LEAVERS : 1;
  }

  /** All of it. */
  get counted(): Counts {
    return this.countedAt(this.leaves);
  }

  countedAt(second: number): Counts {
    const { startMs, kilobitsPerSecond, shareFromPeers, stalls, freezes } = this.experience;
    const seconds = startMs === null ? 0 : Math.max(Math.min(second, this.leaves) - this.arrives, 0);
    const bytes = (seconds * kilobitsPerSecond * 1000) / 8;
    const [stalled, frozen] = [lasted(stalls, second), lasted(freezes, second)];
    return {
      watchedMs: seconds * 1000,
      stalls: stalled.count,
      stalledMs: stalled.milliseconds,
      freezes: frozen.count,
      frozenMs: frozen.milliseconds,
      droppedFrames: Math.floor(seconds / 20),
      bytesFromPeers: Math.round(bytes * shareFromPeers),
      bytesToPeers: Math.round(bytes * shareFromPeers),
      bytesFromCdn: Math.round(bytes * (1 - shareFromPeers)),
    };
  }
}

function lasted(all: readonly Interruption[], until: number) {
  const past = all.filter(({ at }) => at < until);
  const seconds = past.reduce((sum, each) => sum + Math.min(each.seconds, until - each.at), 0);
  return { count: past.length, milliseconds: Math.round(seconds * 1000) };
}

const SMOOTH: Experience = {
  startMs: 700,
  delayMs: 6_500,
  kilobitsPerSecond: 3_000,
  shareFromPeers: 0.8,
  stalls: [],
  freezes: [],
};
const HERE: Whereabouts = { country: "DE", network: "3320", browser: "Chrome", device: "computer" };

export interface Rush {
  readonly viewers: number;
  /** All come within so many seconds. */
  readonly withinSeconds: number;
  /** The part that leaves early, and after how many seconds on average; the others stay to the end. */
  readonly early: number;
  readonly earlySeconds: number;
  /** All leave within the last two minutes of so many seconds. */
  readonly seconds: number;
}

/** A crowd that comes at once, and of which it matters only how often it reports. */
export function rush(
  { viewers, withinSeconds, early, earlySeconds, seconds }: Rush,
  chance: Chance,
): Visit[] {
  const arrivals = Array.from({ length: viewers }, () => withinSeconds * chance.next());
  return arrivals
    .toSorted((one, other) => one - other)
    .map((arrives) => {
      const leaves = chance.happens(early)
        ? Math.ceil(arrives + 1 + chance.lasting(earlySeconds))
        : seconds - 120 + chance.below(120);
      return new Visit(
        { arrives, leaves: Math.min(leaves, seconds) },
        { viewer: viewerId(chance), where: HERE, experience: SMOOTH },
      );
    });
}

/** An audience of all kinds of viewers, on lines of all kinds, for an evening of so many seconds. */
export function evening(viewers: number, seconds: number, chance: Chance): Visit[] {
  const arrivals = Array.from({ length: viewers }, () =>
    // Half come for the beginning, the others whenever they do.
    chance.happens(0.5) ? chance.between(0, 300) : chance.between(0, seconds * 0.9),
  );
  return arrivals
    .toSorted((one, other) => one - other)
    .map((arrives) => {
      const stay = chance.happens(0.15) ? chance.lasting(15) : chance.lasting(1_800);
      return visitOf(arrives, Math.min(Math.ceil(arrives + 1 + stay), seconds - 30), chance);
    });
}

const PLACES = ["DE", "DE", "DE", "FR", "FR", "US", "BR", "IN"];
const DEVICES = ["computer", "computer", "phone", "tablet"];
const BROWSERS = ["Chrome", "Chrome", "Firefox", "Safari"];

function visitOf(arrives: number, leaves: number, chance: Chance): Visit {
  const country = chance.pick(PLACES);
  const network = String(1_000 + chance.below(200));
  const where = { country, network, browser: chance.pick(BROWSERS), device: chance.pick(DEVICES) };
  // Some lines are much worse than most, and those of one country somewhat.
  const badness = 0.5 * Math.exp(1.2 * bell(chance)) * (country === "IN" ? 3 : 1);
  const interruptions = (anHour: number, mean: number): Interruption[] => {
    const found: Interruption[] = [];
    let at = arrives + chance.lasting(3_600 / anHour);
    while (at < leaves) {
      const seconds = Math.min(chance.lasting(mean), 20);
      found.push({ at, seconds });
      at += seconds + chance.lasting(3_600 / anHour);
    }
    return found;
  };
  const experience: Experience = {
    startMs: chance.happens(0.01) ? null : 900 * Math.exp(0.6 * bell(chance)) * Math.max(1, badness / 4),
    delayMs: 6_500 + 800 * bell(chance),
    kilobitsPerSecond: chance.happens(0.75) ? 3_000 : 900,
    shareFromPeers: Math.max(0, 0.85 - chance.lasting(0.15)),
    stalls: interruptions(2 * badness, 1.5),
    freezes: interruptions(3 * badness, 0.6),
  };
  return new Visit(
    { arrives, leaves: Math.max(leaves, Math.ceil(arrives) + 1) },
    { viewer: viewerId(chance), where, experience },
  );
}

/** Normally distributed, about 0, within three standard deviations. */
export function bell(chance: Chance): number {
  const sum = Array.from({ length: 12 }, chance.next).reduce((all, each) => all + each, -6);
  return Math.max(-3, Math.min(sum, 3));
}
