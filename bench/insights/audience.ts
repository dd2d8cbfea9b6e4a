/**
 * An audience in virtual time: the shipped reporter of each viewer, the shipped border, and the pace between them. Who
 * comes asks for the pace and gets it some seconds old, as the site's function and the edge keep it.
 */

import type { KeptReport } from "../../functions/insights/kept-report.ts";
import { FIRST_PACE, type KeptPace, paceOf } from "../../functions/insights/pace.ts";
import type { PaceStore } from "../../functions/insights/pace-store.ts";
import { Pacekeeper } from "../../functions/insights/pacekeeper.ts";
import { receive, type SentReport } from "../../functions/insights/receive.ts";
import { ViewerLimit } from "../../functions/insights/viewer-limit.ts";
import { isControl } from "../../functions/insights/viewer-share.ts";
import { Overtaken } from "../../functions/record/dynamodb.ts";
import { Reporter, type ReporterServices } from "../../web/insights/reporter.ts";
import type { Chance } from "../chance.ts";
import { BEGINNING, CONTROL, type Visit } from "./visit.ts";

export interface Observed {
  /** Reports that came to the border in each second, taken or not. */
  readonly reports: readonly number[];
  /** Requests for the pace in each second. */
  readonly paces: readonly number[];
  /** The smallest probability that was told. */
  readonly leastProbability: number;
}

/** The edge keeps it for two seconds, the site's function for one, and an instance agrees with the others once a second. */
const PACE_AGE_SECONDS = 4;

/** The tracker counts those whose announce it has heard, by a read that may be a little behind. */
const COUNT_AGE_SECONDS = 0.25;

export interface Observing {
  readonly seconds: number;
  readonly chance: Chance;
  /** What happens with a report that is taken. */
  keep?(report: KeptReport): void;
  /** Called in each second; returns whether to go on. */
  look?(second: number): boolean;
  /** What reaches the border in a second from who asks for no pace. */
  strangers?(second: number): Iterable<SentReport>;
}

/** `visits` in the order in which they come. */
export async function observe(
  visits: readonly Visit[],
  { seconds, chance, keep = () => {}, look = () => true, strangers = () => [] }: Observing,
): Promise<Observed> {
  const due: (() => void)[][] = Array.from({ length: seconds + 1 }, () => []);
  const [reports, paces] = [new Array<number>(seconds + 1).fill(0), new Array<number>(seconds + 1).fill(0)];
  const told: number[] = [];
  const pacekeeper = new Pacekeeper(memoryStore());
  const limit = new ViewerLimit();
  let [second, arrived, announced, left] = [0, 0, 0, 0];
  let pace = paceOf(FIRST_PACE, 1);

  const count = (counts: number[]) => {
    counts[second] = (counts[second] ?? 0) + 1;
  };
  const deliver = async (report: SentReport) => {
    count(reports);
    const { reply } = await receive(report, {
      pace: async (counted, now) => {
        pace = await pacekeeper.count(counted, now);
        return pace;
      },
      keep: async (taken) => keep(taken),
      isControl: (viewer) => isControl(viewer, CONTROL),
      isWithinLimit: (viewer, minute) => limit.allows(viewer, minute),
      now: () => BEGINNING + second * 1000,
    });
    return reply;
  };
  const servicesOf = (visit: Visit): ReporterServices => ({
    viewer: visit.viewer,
    session: "12345678",
    read: () => visit.readingAt(second),
    audience: () => visit.audience,
    mayReport: () => true,
    guard: () => {},
    askPace: async () => {
      count(paces);
      return { ...pace, probability: told[Math.max(second - PACE_AGE_SECONDS, 0)] ?? 1 };
    },
    deliver: (text) => deliver({ viewer: visit.viewer, where: visit.where, body: text }),
    random: chance.next,
    after: (delay, then) => {
      let isPlanned = true;
      due[Math.max(Math.floor(second + delay), second + 1)]?.push(() => {
        if (isPlanned) then();
      });
      return () => {
        isPlanned = false;
      };
    },
  });
  const arrive = (visit: Visit) => {
    const reporter = new Reporter(servicesOf(visit), visit.startedAt());
    for (const { kind, second: at } of visit.errors) reporter.failed(kind, BEGINNING + at * 1000);
    void reporter.start();
    due[Math.max(visit.leaves, second + 1)]?.push(() => {
      left += 1;
      reporter.end();
    });
  };

  for (second = 0; second <= seconds; second++) {
    told.push(pace.probability);
    for (let visit = visits[arrived]; visit && visit.arrives <= second; visit = visits[++arrived]) {
      while ((visits[announced]?.arrives ?? second) < visit.arrives - COUNT_AGE_SECONDS) announced += 1;
      if (visit.group === "sharing") visit.audience = announced - left;
      arrive(visit);
    }
    await settled();
    for (const then of due[second] ?? []) then();
    due[second] = [];
    for (const report of strangers(second)) await deliver(report);
    await settled();
    if (!look(second)) break;
  }
  return { reports, paces, leastProbability: Math.min(...told) };
}

/** All that follows without time passing. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function memoryStore(): PaceStore {
  const counts = new Map<number, number>();
  let [pace, version]: [KeptPace, number] = [FIRST_PACE, 0];
  return {
    countReports: async (window, by) => {
      const counted = (counts.get(window) ?? 0) + by;
      counts.set(window, counted);
      return counted;
    },
    readPace: async () => ({ pace, version }),
    readRamp: async () => 1,
    writePace: async (next, after) => {
      if (after !== version) throw new Overtaken();
      [pace, version] = [next, version + 1];
    },
  };
}

/** Reports for each second, in the worst time of so many seconds. */
export function worst(reports: readonly number[], seconds: number): number {
  let [sum, most] = [0, 0];
  for (const [second, made] of reports.entries()) {
    sum += made - (reports[second - seconds] ?? 0);
    if (second >= seconds - 1) most = Math.max(most, sum / seconds);
  }
  return most;
}
