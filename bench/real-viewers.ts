/** Measures viewers' reports in Chromium: what the studio shows beside what viewers truly had. */

import type { Browser } from "playwright-core";
import { buildPages, pagesAreStale } from "../build/pages.ts";
import type { Insights, Row } from "../functions/insights/rows.ts";
import { scheduledEvent } from "../local/shoal/schedules.ts";
import { startBrowser } from "../test/browser/chromium.ts";
import { until } from "../test/browser/until.ts";
import { beyondError, comparisonTable } from "./insights/comparison.ts";
import { atMost, type Figure, type Measurement } from "./measurement.ts";
import { type Fate, watch } from "./real-viewers/audience.ts";
import { comparisons } from "./real-viewers/comparison.ts";
import type { FilmShape } from "./swarm/film.ts";
import { type StackOnAir, startStackOnAir } from "./swarm/stack-on-air.ts";

/** So small that two processors decode twenty of them. */
const FILM: FilmShape = {
  seconds: 1_200,
  segmentSeconds: 2,
  framesPerSecond: 12,
  renditions: [{ width: 160, kilobitsPerSecond: 100 }],
};

const MINUTE_MS = 60_000;

const SECONDS = Number(process.env["REAL_VIEWERS_SECONDS"] ?? 70);

/** More at a time are too many for two processors: they would measure each other. */
const AT_ONCE = 7;

/** Twenty who report, and one who doesn't. */
const FATES: readonly Fate[] = Array.from(
  { length: Number(process.env["REAL_VIEWERS"] ?? 21) },
  (_, seat) => {
    if (seat % 7 === 3) return "loses its line";
    if (seat === 5) return "gets nothing";
    return seat === 8 ? "isn't reported" : "watches";
  },
);

export async function measure(): Promise<Measurement> {
  if (await pagesAreStale()) await buildPages();
  const stack = await startStackOnAir(FILM);
  const browser = await startBrowser();
  try {
    const { table, figures } = await accuracy(browser, stack);
    return { title: "Insights of real viewers", method: METHOD, table, figures };
  } finally {
    await browser.close();
    await stack.stop();
  }
}

const METHOD = `${FATES.length} pages in headless Chromium on this machine play a film of 160x90 pixels from the local stack, with the module's player, the shipped reporter, border, roll-up and studio. They come a second and a half apart, ${AT_ONCE} at a time; each watches for ${SECONDS} s, and leaves by opening another page; their reports are due as the shipped pace says, so most are the last ones. Three of them share nothing and lose their line for 16 s, one gets no media at all, and one is on a page that wants no reports, which isn't in the truth. The truth is what each page's own script saw of the video's events and frames, and the player's counts of bytes, when the page was left; "shown" is what the studio's API says of these minutes to a signed-in browser. "May differ": counts are exact; 2 % for quantiles, and what two observers of one page see differently.`;

async function accuracy(
  browser: Browser,
  stack: StackOnAir,
): Promise<{ readonly table: string; readonly figures: readonly Figure[] }> {
  const from = Date.now();
  const truths = await watch(browser, stack.origin, { fates: FATES, atOnce: AT_ONCE, seconds: SECONDS });
  await stack.invoke("InsightsRollUpFunction", scheduledEvent(new Date(Date.now() + MINUTE_MS)));
  const compared = comparisons(truths, await shownIn(browser, stack, from));
  return {
    table: comparisonTable(compared),
    figures: [
      atMost(
        `of ${compared.length} figures of ${truths.length} viewers, beyond their error`,
        beyondError(compared).length,
        0,
        String,
      ),
    ],
  };
}

/** What the studio's API says of all that was, in the studio's page. */
async function shownIn(browser: Browser, stack: StackOnAir, fromMs: number): Promise<Row> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(await stack.makeStudioLink());
    const minutes = [fromMs - MINUTE_MS, Date.now()].map((at) => Math.floor(at / MINUTE_MS)).join("-");
    const ask = () =>
      page.evaluate<Partial<Insights>>(
        `fetch("/studio/api/insights/${minutes}").then((reply) => reply.json())`,
      );
    let shown: Row | null = null;
    await until("the studio shows what viewers had", async () => {
      shown = (await ask()).all ?? null;
      return shown !== null;
    });
    return shown as unknown as Row;
  } finally {
    await context.close();
  }
}
