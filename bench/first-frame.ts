/** How long a viewer waits from opening the page until the first frame, beside a bare page with hls.js. */

import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { buildPages, pagesAreStale } from "../build/pages.ts";
import { startBrowser } from "../test/browser/chromium.ts";
import { type Files, filesOf, startFront } from "./first-frame/front.ts";
import { type Conditions, STEPS, type Timeline, visit } from "./first-frame/visit.ts";
import { atMost, type Figure, type Measurement } from "./measurement.ts";
import type { FilmShape } from "./swarm/film.ts";
import { median } from "./swarm/measure.ts";
import { startStackOnAir } from "./swarm/stack-on-air.ts";

const RUNS = Number(process.env["FIRST_FRAME_RUNS"] ?? 15);

/** The pages of another build, to measure beside: a folder such as another checkout's functions/site/pages. */
const otherPages = process.env["FIRST_FRAME_OTHER_PAGES"];

/** One rendition, so that both players load the same: hls.js alone would test the line with a segment first. */
const FILM: FilmShape = {
  seconds: 600,
  segmentSeconds: 2,
  framesPerSecond: 30,
  renditions: [{ width: 640, kilobitsPerSecond: 800 }],
};

const LINES: Readonly<Record<string, Conditions>> = {
  "a throttled phone": { cpuSlowdown: 4, line: { bitsPerSecond: 4_000_000, latencyMs: 60 } },
  "a fast line": { cpuSlowdown: 1, line: null },
};

/** hls.js's README has its script; a module has no worker, and starts faster where the line isn't what takes time. */
const BARE_SCRIPT = "bare page";
const BARE_MODULE = "bare page with a module";
const OURS = "our page";

export async function measure(): Promise<Measurement> {
  if (await pagesAreStale()) await buildPages();
  const stack = await startStackOnAir(FILM);
  const front = await startFront(
    stack.origin,
    new Map([
      ...(await barePages(new URL(stack.ticketed + stack.hlsPath).pathname)),
      ...(otherPages === undefined ? [] : await filesOf(otherPages, "/other")),
    ]),
  );
  const browser = await startBrowser();
  try {
    const pages = {
      [BARE_SCRIPT]: `${front.address}/bare.html`,
      [BARE_MODULE]: `${front.address}/bare-module.html`,
      [OURS]: `${front.address}/`,
      ...(otherPages !== undefined && { "the other pages": `${front.address}/other/index.html` }),
    };
    const figures: Figure[] = [];
    for (const [line, conditions] of Object.entries(LINES)) {
      figures.push(...figuresOf(line, await compare(browser, pages, conditions)));
    }
    return {
      title: "First frame",
      method: `From the navigation until the first frame is shown, in headless Chromium with a cold cache; medians of ${RUNS} visits to each page, by turns. The bare pages are a \`<video>\` and the whole hls.js of its package, minified, as a script or as a module. All pages come compressed with gzip from one address before the local stack, and they play one rendition of 640x360 at 800 kbit/s with audio apart. The throttled phone has a CPU that is 4 times slower and a line of 4 Mbit/s with 60 ms; the fast line is the machine's own.`,
      figures,
    };
  } finally {
    await browser.close();
    await front.stop();
    await stack.stop();
  }
}

type Pages = Readonly<Record<string, string>>;

async function compare(
  browser: Browser,
  pages: Pages,
  conditions: Conditions,
): Promise<ReadonlyMap<string, Timeline[]>> {
  const names = Object.keys(pages);
  const seen = new Map<string, Timeline[]>(names.map((name) => [name, []]));
  // The first round only fills the edge's and the browser's own caches.
  for (let round = 0; round <= RUNS; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const timeline = await visit(browser, pages[name] ?? "", conditions);
      if (round > 0) seen.get(name)?.push(timeline);
    }
  }
  return seen;
}

function figuresOf(line: string, seen: ReadonlyMap<string, Timeline[]>): Figure[] {
  const at = (name: string, step: (typeof STEPS)[number]) => {
    const values = (seen.get(name) ?? []).flatMap((timeline) => timeline[step] ?? []);
    return values.length === 0 ? Number.NaN : median(values);
  };
  const names = [...seen.keys()];
  const bare = Math.min(at(BARE_SCRIPT, "first frame"), at(BARE_MODULE, "first frame"));
  const ratio = at(OURS, "first frame") / bare;
  return [
    ...STEPS.map((step) => ({
      what: `${step}, on ${line}`,
      value: names
        .map((name) => {
          const ms = at(name, step);
          return `${name} ${Number.isNaN(ms) ? "none" : `${Math.round(ms)} ms`}`;
        })
        .join(", "),
    })),
    ...names.map((name) => ({
      what: `each first frame of ${name}, on ${line}`,
      value: (seen.get(name) ?? [])
        .map((timeline) => Math.round(timeline["first frame"] ?? Number.NaN))
        .toSorted((one, other) => one - other)
        .join(", "),
    })),
    atMost(
      `our first frame, on ${line}`,
      ratio,
      1,
      (value) => `${value.toFixed(2)} times the faster bare page's`,
    ),
  ];
}

/** What hls.js's own instructions come to: its script, its class, a video element. */
async function barePages(hlsPath: string): Promise<Files> {
  const dist = new URL("../node_modules/hls.js/dist/", import.meta.url);
  const video = "<video muted autoplay playsinline></video>";
  const play = `const hls = new Hls();
  hls.loadSource(${JSON.stringify(hlsPath)});
  hls.attachMedia(document.querySelector("video"));`;
  const page = (body: string) =>
    Buffer.from(`<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Bare</title>\n${body}\n`);
  return new Map([
    ["/bare.html", page(`<script src="hls.min.js"></script>\n${video}\n<script>${play}</script>`)],
    [
      "/bare-module.html",
      page(`${video}\n<script type="module">import Hls from "./hls.min.mjs";\n${play}</script>`),
    ],
    ["/hls.min.js", await readFile(new URL("hls.min.js", dist))],
    ["/hls.min.mjs", await readFile(new URL("hls.min.mjs", dist))],
  ]);
}
