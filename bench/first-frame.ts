/** How long a viewer waits from opening the page until the first frame, beside a bare page with hls.js. */

import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { buildPages, pagesAreStale } from "../build/pages.ts";
import { keyOf, putItem, takeItem } from "../functions/record/dynamodb.ts";
import { writeBroadcast, writeDetails } from "../functions/record/record.ts";
import { startBrowser } from "../test/browser/chromium.ts";
import { type Files, filesOf, startFront } from "./first-frame/front.ts";
import { type Conditions, STEPS, type Timeline, visit } from "./first-frame/visit.ts";
import { atMost, type Figure, type Measurement } from "./measurement.ts";
import type { FilmShape } from "./swarm/film.ts";
import { median } from "./swarm/measure.ts";
import { type StackOnAir, startStackOnAir } from "./swarm/stack-on-air.ts";

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
/** The same page with a ticket written into it, which takes no request: what a ticket costs is the difference. */
const TICKET_AT_HAND = "our page with a ticket at hand";
/** That one with an event in it, which is on the air: title, text, start and colours. */
const WITH_EVENT = "our page with an event, and a ticket at hand";

export async function measure(): Promise<Measurement> {
  if (await pagesAreStale()) await buildPages();
  const stack = await startStackOnAir(FILM);
  const front = await startFront(
    stack.origin,
    new Map([
      ...(await barePages(new URL(stack.ticketed + stack.hlsPath).pathname)),
      ["/ticket-at-hand.html", await pageWithTicket(stack.origin)],
      ["/event.html", await pageWithEvent(stack)],
      ...(otherPages === undefined ? [] : await filesOf(otherPages, "/other")),
    ]),
  );
  const browser = await startBrowser();
  try {
    const pages = {
      [BARE_SCRIPT]: `${front.address}/bare.html`,
      [BARE_MODULE]: `${front.address}/bare-module.html`,
      [OURS]: `${front.address}/`,
      [TICKET_AT_HAND]: `${front.address}/ticket-at-hand.html`,
      [WITH_EVENT]: `${front.address}/event.html`,
      ...(otherPages !== undefined && { "the other pages": `${front.address}/other/index.html` }),
    };
    const figures: Figure[] = [];
    for (const [line, conditions] of Object.entries(LINES)) {
      figures.push(...figuresOf(line, await compare(browser, pages, conditions)));
    }
    return {
      title: "First frame",
      method: `From the navigation until the first frame is shown, in headless Chromium with a cold cache; medians of ${RUNS} visits to each page, by turns. Our page is measured once as it is, asking for its ticket, once with a ticket written into it, and once with that and an event. The bare pages are a \`<video>\` and the whole hls.js of its package, minified, as a script or as a module. All pages come compressed with gzip from one address before the local stack, and they play one rendition of 640x360 at 800 kbit/s with audio apart. The throttled phone has a CPU that is 4 times slower and a line of 4 Mbit/s with 60 ms; the fast line is the machine's own.`,
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
    atMost(
      `our first frame with asking for a ticket, on ${line}`,
      at(OURS, "first frame") / at(TICKET_AT_HAND, "first frame"),
      1.05,
      (value) => `${value.toFixed(2)} times that with a ticket at hand`,
    ),
    atMost(
      `our first frame with an event, on ${line}`,
      at(WITH_EVENT, "first frame") / at(TICKET_AT_HAND, "first frame"),
      1.05,
      (value) => `${value.toFixed(2)} times that without one`,
    ),
  ];
}

/** Our page, whose scripts find their ticket in it where they would ask the edge for one. */
async function pageWithTicket(origin: string): Promise<Buffer> {
  const [page, ticket] = await Promise.all(
    ["/", "/ticket"].map(async (path) => (await fetch(origin + path)).text()),
  );
  const given = `<script>{
    const ask = fetch;
    fetch = (what, how) => new URL(what, location).pathname === "/ticket"
      ? Promise.resolve(new Response(${JSON.stringify(ticket)}))
      : ask(what, how);
  }</script>`;
  const preload = /<link rel="preload" as="fetch" href="\/ticket"[^>]*>/;
  if (!page || !preload.test(page)) throw new Error("The page doesn't preload its ticket");
  return Buffer.from(page.replace(preload, given));
}

/** Likewise, as the site writes it while an event is on the air. Afterwards there is none again. */
async function pageWithEvent({ origin, table }: StackOnAir): Promise<Buffer> {
  const title = "The spring concert";
  await writeDetails(table, {
    title,
    description: "An evening of songs, from seven until nine.",
    startsAt: new Date().toISOString(),
    poster: null,
    logo: null,
    colours: { accent: "#1d6fb8", background: null },
    showsViewers: true,
    address: origin,
  });
  const on = { isRunning: true, pipelines: 1, waiting: [], hadPicture: true, stateAt: 1, alertsAt: {} };
  await writeBroadcast(table, { ...on, changedAt: Date.now() }, 0);
  await until(origin, (page) => page.includes(title));
  const page = await pageWithTicket(origin);
  // What people set never lapses, and only what does is taken away.
  const [details, now] = [keyOf("event", "details"), Math.floor(Date.now() / 1000)];
  await putItem(table, { ...details, expiresAt: { N: String(now + 60) } });
  await takeItem(table, details, now);
  await until(origin, (page) => !page.includes(title));
  return page;
}

/** The site keeps what the record says for some seconds. */
async function until(origin: string, isThere: (page: string) => boolean): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    if (isThere(await (await fetch(origin)).text())) return;
    await sleep(500);
  }
  throw new Error("The site doesn't show the event as it is set.");
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
