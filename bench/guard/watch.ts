/** A simulated show through the shipped reporter, border and guard, minute by minute. */

import { type Alarm, alarmIn, MOST_CHANCE, testsOf } from "../../functions/insights/guard.ts";
import { chanceOfAtMost, type Draw } from "../../functions/insights/hypergeometric.ts";
import type { KeptReport } from "../../functions/insights/kept-report.ts";
import type { Chance } from "../chance.ts";
import { observe } from "../insights/audience.ts";
import { BEGINNING } from "../insights/visit.ts";
import { type Show, visitsOf } from "./show.ts";

// The reader of structured fields throws on its way, and a trace for each would take most of the time.
Error.stackTraceLimit = 0;

/** More than the guard looks at. */
const KEPT_MS = 20 * 60_000;

interface Watched {
  /** The first alarm, and at which second of the show; null if there is none. */
  readonly found: { readonly alarm: Alarm; readonly at: number } | null;
  /**
   * The chance that any test alarms if sharing does nothing, at most: of each test of each minute the level that it can
   * attain with as many viewers and bad ones as there were, added up (Boole's inequality).
   */
  readonly falseAlarm: number;
}

/** Until the first alarm. The roll-up runs at a moment of its own in each minute. */
export async function watchShow(show: Show, chance: Chance): Promise<Watched> {
  const visits = visitsOf(show, chance);
  const runsAt = chance.below(60);
  let reports: KeptReport[] = [];
  let found: Watched["found"] = null;
  let falseAlarm = 0;
  await observe(visits, {
    seconds: show.seconds,
    chance,
    keep: (report) => reports.push(report),
    look: (second) => {
      if (second % 60 !== runsAt) return true;
      const now = BEGINNING + second * 1000;
      reports = reports.filter(({ to }) => to.at > now - KEPT_MS);
      const moments = { now, changedAt: 0 };
      const alarm = alarmIn(reports, moments);
      if (show.harm === null) {
        for (const { difference, draw } of testsOf(reports, moments))
          falseAlarm += attained(draw, MOST_CHANCE[difference.metric]);
      }
      if (alarm === null) return true;
      found = { alarm, at: second };
      return false;
    },
  });
  return { found, falseAlarm };
}

/** The largest chance of a result that is no larger than this. */
function attained(draw: Draw, level: number): number {
  let largest = 0;
  for (let found = Math.max(0, draw.drawn + draw.marked - draw.all); found <= draw.drawn; found++) {
    const chance = chanceOfAtMost(found, draw);
    if (chance > level) break;
    largest = chance;
  }
  return largest;
}
