/** Measures SharingGuard: false alarms, how soon it finds harm, from which audience on, and how good its intervals are. */

import { Chance } from "./chance.ts";
import { coverageOf } from "./guard/intervals.ts";
import type { Harm, Show } from "./guard/show.ts";
import { watchShow } from "./guard/watch.ts";
import { atLeast, atMost, type Figure, type Measure } from "./measurement.ts";

const SEED = 20261130;
const VIEWERS = 1_000;
const QUIET_SHOWS = 100;
const QUIET_SECONDS = 5_400;
const HARMED_SHOWS = 20;
/** When the crowd has come and reported. */
const HARM_BEGINS = 1_200;
/** In 90 minutes, and as many a minute in shorter shows. */
const TROUBLES = 4;
const SOON_SECONDS = 300;
const LATER_SECONDS = 900;
const AUDIENCES = [250, 500, 1_000, 2_000];
const INTERVALS = { audiences: 400, most: 0.99, least: 0.9 };

const STALLS: Omit<Harm, "part"> = { from: HARM_BEGINS, stallsEverySeconds: 30 };

const HARMS: readonly (readonly [string, Harm])[] = [
  ["stalls of 3 s every 30 s, for all who share", { ...STALLS, part: 1 }],
  ["… for 60 % of them", { ...STALLS, part: 0.6 }],
  ["stalls of 3 s once a minute, for all who share", { ...STALLS, part: 1, stallsEverySeconds: 60 }],
  ["… for 60 % of them", { ...STALLS, part: 0.6, stallsEverySeconds: 60 }],
  ["3 s more delay from the beginning of the show", { from: 0, part: 1, delayMs: 3_000 }],
  ["starts 1.5 s slower from the beginning of the show", { from: 0, part: 1, startMs: 1_500 }],
];

export const measure: Measure = async () => {
  const rows: string[] = [];
  const found: number[] = [];
  for (const [what, harm] of HARMS) {
    const after = await foundAfter(VIEWERS, harm);
    found.push(within(after, SOON_SECONDS));
    rows.push(rowOf(what, VIEWERS, after));
  }
  for (const viewers of AUDIENCES.filter((each) => each !== VIEWERS))
    for (const [what, harm] of HARMS.slice(0, 2))
      rows.push(rowOf(what, viewers, await foundAfter(viewers, harm)));
  return {
    title: "SharingGuard",
    method: METHOD,
    table: [
      "| what sharing does | viewers | within 5 min | within 15 min | median |",
      "| --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n"),
    figures: [
      ...(await quietShows()),
      atLeast(
        `${HARMS[0]?.[0]}: found within five minutes, of ${HARMED_SHOWS}`,
        found[0] ?? 0,
        HARMED_SHOWS - 1,
        String,
      ),
      ...intervals(),
    ],
  };
};

const METHOD = `Simulated shows (\`bench/guard/show.ts\`): nine tenths of the audience come within five minutes, the others come and go, 15 % leave within seconds, 4 % are on lines that stall whatever they do, starts have a heavy tail, and four times in 90 minutes all viewers or half of them stall at once. The shipped reporter of each viewer, the shipped border, and each minute the shipped tests (\`functions/insights/guard.ts\`). Stalls begin ${HARM_BEGINS / 60} minutes into the show. The table says in how many of ${HARMED_SHOWS} shows it was found so soon after it began. The bound on false alarms adds up, over all tests of all minutes, the level that each can attain with the viewers that it saw, which is more than the chance of any. Intervals: ${INTERVALS.audiences} audiences of ${VIEWERS} at a time, 90 minutes, in which sharing does nothing. Seed ${SEED}.`;

async function quietShows(): Promise<Figure[]> {
  let [alarms, bound] = [0, 0];
  for (let show = 0; show < QUIET_SHOWS; show++) {
    const quiet: Show = { viewers: VIEWERS, seconds: QUIET_SECONDS, harm: null, troubles: TROUBLES };
    const { found, falseAlarm } = await watchShow(quiet, new Chance(SEED + show));
    alarms += found === null ? 0 : 1;
    bound += falseAlarm / QUIET_SHOWS;
  }
  return [
    atMost(
      `${QUIET_SHOWS} shows of ${QUIET_SECONDS / 60} minutes in which sharing does no harm: false alarms`,
      alarms,
      0,
      String,
    ),
    atMost(
      "… the chance of one in a show, at most",
      bound,
      0.001,
      (chance) => `1 in ${Math.round(1 / chance).toLocaleString("en")}`,
    ),
  ];
}

/** Seconds from when harm began, for each show; infinite where it wasn't found. */
async function foundAfter(viewers: number, harm: Harm): Promise<number[]> {
  const after: number[] = [];
  for (let show = 0; show < HARMED_SHOWS; show++) {
    const seconds = harm.from + LATER_SECONDS;
    const troubles = Math.round((TROUBLES * seconds) / QUIET_SECONDS);
    const { found } = await watchShow({ viewers, seconds, harm, troubles }, new Chance(SEED + show));
    after.push(found === null ? Number.POSITIVE_INFINITY : found.at - harm.from);
  }
  return after;
}

function rowOf(what: string, viewers: number, after: readonly number[]): string {
  const median = after.toSorted((one, other) => one - other)[Math.floor(after.length / 2)] ?? Number.NaN;
  const minutes = Number.isFinite(median) ? `${(median / 60).toFixed(1)} min` : "–";
  const of = (seconds: number) => `${within(after, seconds)} of ${after.length}`;
  return `| ${[what, viewers.toLocaleString("en"), of(SOON_SECONDS), of(LATER_SECONDS), minutes].join(" | ")} |`;
}

function within(after: readonly number[], seconds: number): number {
  return after.filter((each) => each <= seconds).length;
}

function intervals(): Figure[] {
  const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
  return coverageOf(VIEWERS, INTERVALS.audiences, SEED).map(({ measure, sharing, control, difference }) => ({
    what: `95 % intervals that contain the truth: ${measure}`,
    value: `sharing ${percent(sharing)}, control ${percent(control)}, difference ${percent(difference)}`,
    bound: { words: `difference at least ${percent(INTERVALS.least)}`, holds: difference >= INTERVALS.least },
  }));
}
