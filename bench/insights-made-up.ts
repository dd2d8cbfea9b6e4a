/** Measures what a million made-up reports do, each of which names something new in every dimension. */

import { type Dimension, figuresOf } from "../functions/insights/figures.ts";
import { idOf, type KeptReport, read, written } from "../functions/insights/kept-report.ts";
import { type Insights, insightsOf } from "../functions/insights/rows.ts";
import { Chance } from "./chance.ts";
import { observe, worst } from "./insights/audience.ts";
import { beyondError, type Comparison, comparisonTable } from "./insights/comparison.ts";
import { madeUpReport } from "./insights/strangers.ts";
import { BEGINNING, evening, type Visit } from "./insights/visit.ts";
import { atMost, type Figure, type Measurement } from "./measurement.ts";

const SEED = 20261130;
const VIEWERS = 20_000;
const SHOW_SECONDS = 1_800;

const LEAVING_SECONDS = 120;

const MADE_UP = 1_000_000;
const FROM_SECOND = 600;
const LASTING_SECONDS = 600;

/** What a write costs is rounded up to this. */
const WRITE_BYTES = 1_024;
/** A table's item is 400 KB at most; a minute takes some 5 KB when nobody makes anything up. */
const MINUTE_BYTES = 32_768;
/** What a function may answer. */
const REPLY_BYTES = 6_000_000;
/** As for any audience: `npm run bench -- insights`. */
const KEPT_A_SECOND = 55;

/** functions/insights/roll-up.ts. */
const ROLL_UP_SECONDS = 1_200;

const STANDARD_ERRORS = 3;

/** What honest viewers are, and nobody else. */
const TRUE_VALUES: readonly (readonly [Dimension, string, (visit: Visit) => boolean])[] = [
  ["player", "shoal", () => true],
  ["country", "DE", ({ where }) => where.country === "DE"],
  ["country", "FR", ({ where }) => where.country === "FR"],
  ["browser", "Chrome", ({ where }) => where.browser === "Chrome"],
  ["device", "phone", ({ where }) => where.device === "phone"],
  ["rendition", "3000 kbit/s", ({ experience }) => experience.kilobitsPerSecond === 3_000],
  ["rendition", "900 kbit/s", ({ experience }) => experience.kilobitsPerSecond === 900],
];

export async function measure(): Promise<Measurement> {
  const chance = new Chance(SEED);
  const visits = evening(VIEWERS, SHOW_SECONDS, chance);
  let made = 0;
  const strangers = function* (second: number) {
    const until = Math.min(1, (second - FROM_SECOND) / LASTING_SECONDS) * MADE_UP;
    for (; made < until; made += 1) yield madeUpReport(made, second, chance);
  };
  const kept: KeptReport[] = [];
  const { reports, leastProbability } = await observe(visits, {
    seconds: SHOW_SECONDS,
    chance,
    keep: (report) => kept.push(report),
    strangers,
  });
  const first = Math.floor(BEGINNING / 60_000) - SHOW_SECONDS / 60;
  const minutes = figuresOf(
    kept.map((report) => read(written(report))),
    first,
    first + (2 * SHOW_SECONDS) / 60,
  );
  const shown = insightsOf(minutes);
  const most = (sizes: readonly number[]) => sizes.reduce((all, size) => Math.max(all, size), 0);
  const compared = TRUE_VALUES.map((value) => comparisonOf(value, visits, shown, leastProbability));
  const keptThen = beforeTheEnd(perSecond(kept));
  return {
    title: "Insights: a million made-up reports",
    method: METHOD,
    table: comparisonTable(compared),
    figures: [
      { what: "reports in the worst ten seconds", value: aSecond(worst(beforeTheEnd(reports), 10)) },
      { what: "… of which were kept", value: aSecond(worst(keptThen, 10)) },
      atMost("… kept in the worst minute", worst(keptThen, 60), KEPT_A_SECOND, aSecond),
      {
        what: "… in the twenty minutes that the roll-up reads at once",
        value: Math.round(worst(perSecond(kept), ROLL_UP_SECONDS) * ROLL_UP_SECONDS).toLocaleString("en"),
      },
      { what: "… the sample at its smallest", value: `1 of ${1 / leastProbability}` },
      atMost("the largest report in the table", most(kept.map(bytesOf)), WRITE_BYTES, inBytes),
      atMost("the largest minute in the table", most(minutes.map(bytesIn)), MINUTE_BYTES, inBytes),
      atMost("what the studio is answered", bytesIn(shown), REPLY_BYTES, inBytes),
      atMost(
        `of ${compared.length} true values, beyond their error`,
        beyondError(compared).length,
        0,
        String,
      ),
    ] satisfies Figure[],
  };
}

const METHOD = `${VIEWERS.toLocaleString("en")} honest viewers for half an hour, as in \`npm run bench -- insights\`, and beside them a million reports within ten minutes of its middle by as many tickets, sent without asking for the pace. Each names a player, a rendition, two kinds of errors, a guard, a network and a browser that no other names, and a country that 676 share, and says that its viewer watched for twenty minutes: the longest that the border takes. All goes through the shipped border, pace and figures. The table has what only honest viewers are: their hours as they truly were, and as the studio shows them; "may differ" is three standard errors of the sample. Rates are those before all leave. Seed ${SEED}.`;

function comparisonOf(
  [dimension, value, isIn]: (typeof TRUE_VALUES)[number],
  visits: readonly Visit[],
  { by }: Insights,
  probability: number,
): Comparison {
  const hours = visits.filter(isIn).map(({ counted }) => counted.watchedMs / 3_600_000);
  const truth = hours.reduce((sum, each) => sum + each, 0);
  const squares = hours.reduce((sum, each) => sum + each * each, 0);
  const shown = by[dimension].find((slice) => slice.value === value)?.hoursWatched ?? 0;
  return {
    what: `hours of ${dimension} ${value}`,
    truth,
    shown,
    allowed: STANDARD_ERRORS * Math.sqrt(squares * (1 / probability - 1)),
    format: (value) => value.toFixed(0),
  };
}

/** All honest viewers leave at the end, and their last reports come on top (functions/insights/pace.ts). */
function beforeTheEnd(counts: readonly number[]): readonly number[] {
  return counts.slice(0, SHOW_SECONDS - LEAVING_SECONDS);
}

function aSecond(rate: number): string {
  return `${rate.toFixed(0)}/s`;
}

/** By the time at which each ended; those of a second are kept in the same. */
function perSecond(kept: readonly KeptReport[]): number[] {
  const counts = new Array<number>(SHOW_SECONDS + 1).fill(0);
  for (const { to } of kept) {
    const second = Math.floor((to.at - BEGINNING) / 1000);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

/** As DynamoDB counts: names and values. */
function bytesOf(report: KeptReport): number {
  const names = ["kind", "report", "id", "value", "expiresAt", "1234567890"].join("");
  return Buffer.byteLength(names + idOf(report) + written(report));
}

function bytesIn(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function inBytes(bytes: number): string {
  return bytes < 10_000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} KB`;
}
