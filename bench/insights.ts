/** Measures viewers' reports: how often an audience reports, and how near the figures are to what it truly had. */

import { figuresOf } from "../functions/insights/figures.ts";
import { type KeptReport, read, written } from "../functions/insights/kept-report.ts";
import { rowOf } from "../functions/insights/rows.ts";
import { Chance } from "./chance.ts";
import { comparisons } from "./insights/accuracy.ts";
import { observe, worst } from "./insights/audience.ts";
import { beyondError, comparisonTable } from "./insights/comparison.ts";
import { BEGINNING, evening, type Rush, rush } from "./insights/visit.ts";
import { atMost, type Figure, type Measure } from "./measurement.ts";

const SEED = 20261130;
const VIEWERS = 20_000;
const EVENING_SECONDS = 5_400;
const MILLION = { viewers: 1_000_000, withinSeconds: 60, seconds: 900 };

/** Some 50 reports a second, by any audience: what the table's lid and the bill are made for. */
const MOST_A_SECOND = 55;

export const measure: Measure = async () => {
  const { table, figures } = await accuracy();
  return {
    title: "Insights",
    method: METHOD,
    table,
    figures: [
      ...figures,
      ...(await rates({ ...MILLION, early: 0, earlySeconds: 0 })),
      ...(await rates({ ...MILLION, early: 0.2, earlySeconds: 40 })),
    ],
  };
};

const METHOD = `The shipped reporter of each viewer (\`web/insights/reporter.ts\`), the shipped border and pace (\`functions/insights/receive.ts\`, \`pacekeeper.ts\`) and the shipped figures, in virtual time (\`bench/insights/\`). Newcomers learn a pace that is four seconds old, and from the tracker how many came a quarter of a second before them. The table sets what the studio shows of an evening of ${VIEWERS.toLocaleString("en")} viewers beside what they truly had; "may differ" is three standard errors of the sample, and 2 % for quantiles. Below it: reports of a million viewers who come within a minute, all of whom stay, or of whom a fifth leaves after 40 s on average. Seed ${SEED}.`;

async function accuracy(): Promise<{ readonly table: string; readonly figures: readonly Figure[] }> {
  const chance = new Chance(SEED);
  const visits = evening(VIEWERS, EVENING_SECONDS, chance);
  const reports: KeptReport[] = [];
  const observed = await observe(visits, {
    seconds: EVENING_SECONDS,
    chance,
    keep: (report) => reports.push(read(written(report))),
  });
  const [first, last] = [
    Math.floor(BEGINNING / 60_000) - 2,
    Math.floor(BEGINNING / 60_000) + EVENING_SECONDS / 60,
  ];
  const row = rowOf(figuresOf(reports, first, last));
  const compared = comparisons(visits, row, observed.leastProbability);
  return {
    table: comparisonTable(compared),
    figures: [
      {
        what: `${VIEWERS.toLocaleString("en")} viewers: the sample at its smallest`,
        value: `1 of ${1 / observed.leastProbability}`,
      },
      { what: "… reports kept", value: reports.length.toLocaleString("en") },
      atMost(`… of ${compared.length} figures, beyond their error`, beyondError(compared).length, 0, String),
    ],
  };
}

async function rates(audience: Rush): Promise<Figure[]> {
  const chance = new Chance(SEED);
  const options = { seconds: audience.seconds, chance };
  const { reports, leastProbability } = await observe(rush(audience, chance), options);
  const who = audience.early > 0 ? "of whom a fifth leaves early" : "who stay";
  const perSecond = (rate: number) => `${rate.toFixed(0)}/s`;
  return [
    atMost(
      `1,000,000 viewers ${who}: reports in the worst ten seconds`,
      worst(reports, 10),
      MOST_A_SECOND,
      perSecond,
    ),
    atMost("… in the worst minute", worst(reports, 60), MOST_A_SECOND, perSecond),
    { what: "… the sample at its smallest", value: `1 of ${1 / leastProbability}` },
  ];
}
