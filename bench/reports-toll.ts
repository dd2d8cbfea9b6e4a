/** Measures what reports cost the page that makes them: the same page with and without, by turns. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { buildPages, pagesAreStale } from "../build/pages.ts";
import { startBrowser } from "../test/browser/chromium.ts";
import { type Files, startFront } from "./first-frame/front.ts";
import { type Conditions, visit } from "./first-frame/visit.ts";
import { type Figure, type Measurement, percentile } from "./measurement.ts";
import type { FilmShape } from "./swarm/film.ts";
import { median } from "./swarm/measure.ts";
import { startStackOnAir } from "./swarm/stack-on-air.ts";

/** As that of the first frame's measurement, so that it is encoded once. */
const FILM: FilmShape = {
  seconds: 600,
  segmentSeconds: 2,
  framesPerSecond: 30,
  renditions: [{ width: 640, kilobitsPerSecond: 800 }],
};

/** The frame has a parameter for it; the viewer's page is the same player. */
const PAGES = { "with reports": "/embed.html", without: "/embed.html?reports=0" } as const;
type Which = keyof typeof PAGES;
const WHICH = Object.keys(PAGES) as Which[];

const FIRST_FRAMES = Number(process.env["TOLL_FIRST_FRAMES"] ?? 15);
const SESSIONS = Number(process.env["TOLL_SESSIONS"] ?? 5);
const WATCHED_SECONDS = 40;
/** What a page does to begin isn't what it does to go on. */
const SETTLING_SECONDS = 3;

/** Each visit makes a report within its time: six times as many as in one that goes on. */
const PACE = { probability: 1, seconds: 30 };

const LINES: Readonly<Record<string, Conditions>> = {
  "a throttled phone": { cpuSlowdown: 4, line: { bitsPerSecond: 4_000_000, latencyMs: 60 } },
  "a fast line": { cpuSlowdown: 1, line: null },
};

export async function measure(): Promise<Measurement> {
  if (await pagesAreStale()) await buildPages();
  const stack = await startStackOnAir(FILM);
  const files: Files = new Map([["/reports.json", Buffer.from(JSON.stringify(PACE))]]);
  const front = await startFront(stack.origin, files);
  const browser = await startBrowser();
  try {
    const figures: Figure[] = [];
    for (const [line, conditions] of Object.entries(LINES)) {
      const seen = await byTurns(FIRST_FRAMES, async (path) => {
        return (await visit(browser, front.address + path, conditions))["first frame"] ?? Number.NaN;
      });
      figures.push(...compared(`first frame, on ${line}`, seen, (ms) => `${ms.toFixed(0)} ms`));
    }
    const sessions = await byTurns(SESSIONS, (path) => watched(browser, front.address + path));
    const of = (pick: (one: Session) => number) => (which: Which) => (sessions.get(which) ?? []).map(pick);
    const asked = (pick: (one: Session) => number) => new Map(WHICH.map((which) => [which, of(pick)(which)]));
    const perMinute = (ms: number) => `${ms.toFixed(0)} ms a minute`;
    figures.push(
      ...compared(
        "scripts before the first frame, gzipped",
        asked(({ scriptBytes }) => scriptBytes),
        inKilobytes,
      ),
      ...compared(
        "scripts in all, gzipped",
        asked(({ allScriptBytes }) => allScriptBytes),
        inKilobytes,
      ),
      ...compared(
        "main thread busy",
        asked(({ taskMs }) => taskMs),
        perMinute,
      ),
      ...compared(
        "… with scripts",
        asked(({ scriptMs }) => scriptMs),
        perMinute,
      ),
      {
        what: "reports that were sent with them, and without",
        value: WHICH.map((which) =>
          of(({ reports }) => reports)(which).reduce((sum, each) => sum + each, 0),
        ).join(", "),
      },
      {
        what: "the reports' own code, by the sampling profiler",
        value: `${(await profiled(browser, front.address + PAGES["with reports"])).toFixed(1)} ms a minute`,
      },
    );
    return { title: "What reports cost a page", method: METHOD, figures };
  } finally {
    await browser.close();
    await front.stop();
    await stack.stop();
  }
}

const METHOD = `The frame's page (\`embed.html\`) with reports, and with \`?reports=0\`, by turns, in headless Chromium with a cold cache: ${FIRST_FRAMES} first frames of each on each line (as in \`npm run bench -- first-frame\`), and ${SESSIONS} times ${WATCHED_SECONDS} s of watching, from three seconds after the first frame. Medians, and quartiles in brackets. The main thread is as Chromium measures it (\`Performance.getMetrics\`); within that time each page with reports sends one, six times as many as the shipped pace wants. The profiler looks every 0.2 ms, and counts what runs in the files that are loaded for reports alone.`;

async function byTurns<T>(times: number, once: (path: string) => Promise<T>): Promise<Map<Which, T[]>> {
  const seen = new Map<Which, T[]>(WHICH.map((which) => [which, []]));
  // The first round only fills the edge's and the browser's own caches.
  for (let round = 0; round <= times; round += 1) {
    for (const which of round % 2 === 0 ? WHICH : WHICH.toReversed()) {
      const found = await once(PAGES[which]);
      if (round > 0) seen.get(which)?.push(found);
    }
  }
  return seen;
}

interface Session {
  /** Until the first frame, and in all. */
  readonly scriptBytes: number;
  readonly allScriptBytes: number;
  /** Of the main thread, in a minute of watching. */
  readonly taskMs: number;
  readonly scriptMs: number;
  readonly reports: number;
}

const METRICS = { taskMs: "TaskDuration", scriptMs: "ScriptDuration" } as const;

async function watched(browser: Browser, address: string): Promise<Session> {
  const context = await browser.newContext({ viewport: { width: 320, height: 180 } });
  try {
    const page = await context.newPage();
    let reports = 0;
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/reports")) reports += 1;
    });
    const devtools = await context.newCDPSession(page);
    await devtools.send("Performance.enable");
    await page.goto(address);
    const firstFrameMs = await page.evaluate<number>(FIRST_FRAME);
    await sleep(SETTLING_SECONDS * 1000);
    const metrics = async () => {
      const { metrics: all } = await devtools.send("Performance.getMetrics");
      const of = (name: string) => (all.find((one) => one.name === name)?.value ?? Number.NaN) * 1000;
      return { taskMs: of(METRICS.taskMs), scriptMs: of(METRICS.scriptMs) };
    };
    const before = await metrics();
    await sleep(WATCHED_SECONDS * 1000);
    const after = await metrics();
    const scripts = await page.evaluate<{ end: number; bytes: number }[]>(SCRIPTS);
    const bytes = (all: typeof scripts) => all.reduce((sum, one) => sum + one.bytes, 0);
    const each = (name: keyof typeof METRICS) => ((after[name] - before[name]) * 60) / WATCHED_SECONDS;
    return {
      scriptBytes: bytes(scripts.filter(({ end }) => end <= firstFrameMs)),
      allScriptBytes: bytes(scripts),
      taskMs: each("taskMs"),
      scriptMs: each("scriptMs"),
      reports,
    };
  } finally {
    await context.close();
  }
}

/** Resolves with the first frame, in milliseconds since the navigation; in the page. */
const FIRST_FRAME = `new Promise((resolve) => {
  const find = () => {
    const video = [...document.querySelectorAll("*")].map((one) => one.shadowRoot?.querySelector("video")).find(Boolean)
      ?? document.querySelector("video");
    if (video?.getVideoPlaybackQuality().totalVideoFrames > 0) resolve(performance.now());
    else requestAnimationFrame(find);
  };
  find();
})`;

const SCRIPTS = `performance.getEntriesByType("resource").filter(({ name }) => /\\.js$/.test(name))
  .map(({ responseEnd, encodedBodySize }) => ({ end: responseEnd, bytes: encodedBodySize }))`;

/** Milliseconds a minute in the files that only reports load. */
async function profiled(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 320, height: 180 } });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Profiler.enable");
    await devtools.send("Profiler.setSamplingInterval", { interval: 200 });
    await page.goto(address);
    await page.evaluate(FIRST_FRAME);
    await sleep(SETTLING_SECONDS * 1000);
    await devtools.send("Profiler.start");
    await sleep(WATCHED_SECONDS * 1000);
    const { profile } = await devtools.send("Profiler.stop");
    const own = new Set(
      profile.nodes.filter(({ callFrame }) => /\/report-[\w-]+\.js$/.test(callFrame.url)).map(({ id }) => id),
    );
    if (own.size === 0) throw new Error("The profiler saw nothing of the reports.");
    const { samples = [], timeDeltas = [] } = profile;
    const spent = samples.reduce((sum, id, index) => sum + (own.has(id) ? (timeDeltas[index] ?? 0) : 0), 0);
    return ((spent / 1000) * 60) / WATCHED_SECONDS;
  } finally {
    await context.close();
  }
}

/** Median and quartiles of both, and the difference of the medians. */
function compared(
  what: string,
  seen: ReadonlyMap<Which, readonly number[]>,
  format: (value: number) => string,
): Figure[] {
  const of = (which: Which) => seen.get(which) ?? [];
  const words = (values: readonly number[]) =>
    `${format(median(values))} (${format(percentile(values, 0.25))} to ${format(percentile(values, 0.75))})`;
  const difference = median(of("with reports")) - median(of("without"));
  return [
    {
      what,
      value: `with reports ${words(of("with reports"))}, without ${words(of("without"))}: ${difference < 0 ? "−" : "+"}${format(Math.abs(difference))}`,
    },
  ];
}

function inKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(2)} KB`;
}
