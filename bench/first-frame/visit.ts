/** One visit to a page with a cold cache: when each step came on the way to the first frame. */

import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";

export interface Conditions {
  /** How much slower than this machine. */
  readonly cpuSlowdown: number;
  /** Null leaves the line as it is. */
  readonly line: { readonly bitsPerSecond: number; readonly latencyMs: number } | null;
}

/** Steps to the first frame, in the order in which a page takes them. */
export const STEPS = [
  "html",
  "configuration",
  "player's script",
  "player has the element",
  "multivariant playlist",
  "media playlists",
  "init segments",
  "first segments",
  "first append",
  "first frame",
] as const;

/** Milliseconds since the navigation began until each step was done; a page may leave steps out. */
export type Timeline = Readonly<Partial<Record<(typeof STEPS)[number], number>>>;

/** What watch-first-frame.js tells. */
interface Seen {
  readonly marks: Readonly<Record<string, number>>;
  readonly html: number;
  readonly requests: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly responseEnd: number;
    readonly transferSize: number;
  }[];
}

const watchFirstFrame = fileURLToPath(new URL("watch-first-frame.js", import.meta.url));

export async function visit(browser: Browser, address: string, conditions: Conditions): Promise<Timeline> {
  const context = await browser.newContext({ viewport: { width: 412, height: 732 } });
  try {
    const page = await context.newPage();
    await page.addInitScript({ path: watchFirstFrame });
    await apply(page, conditions);
    await page.goto(address, { waitUntil: "commit" });
    return timelineOf(await untilFirstFrame(page));
  } finally {
    await context.close();
  }
}

async function apply(page: Page, { cpuSlowdown, line }: Conditions): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
  if (!line) return;
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: line.latencyMs,
    downloadThroughput: line.bitsPerSecond / 8,
    uploadThroughput: line.bitsPerSecond / 8,
  });
}

async function untilFirstFrame(page: Page): Promise<Seen> {
  for (let poll = 0; poll < 100; poll += 1) {
    // Seldom, since looking costs the page time as well.
    await page.waitForTimeout(300);
    const seen = await page.evaluate(() =>
      (globalThis as unknown as { readTimeline(): Seen }).readTimeline(),
    );
    if (seen.marks["first frame"] !== undefined) return seen;
  }
  throw new Error(`${page.url()} showed no frame in 30 s`);
}

function timelineOf({ marks, html, requests }: Seen): Timeline {
  const until = marks["first frame"] ?? Number.POSITIVE_INFINITY;
  const timely = requests.filter(({ responseEnd }) => responseEnd > 0 && responseEnd <= until);
  const named = (pattern: RegExp) => timely.filter(({ name }) => pattern.test(name));
  const largest = named(/\.m?js$/).toSorted((one, other) => other.transferSize - one.transferSize)[0];
  const [multivariant, ...playlists] = named(/\.m3u8$/);
  const steps = {
    html,
    configuration: named(/config\.json$/)[0]?.responseEnd,
    "player's script": largest?.responseEnd,
    "player has the element": marks["player"],
    "multivariant playlist": multivariant?.responseEnd,
    "media playlists": lastOfFirst(playlists),
    "init segments": lastOfFirst(named(/init[^/]*\.mp4$/)),
    "first segments": lastOfFirst(named(/\.m4s$/)),
    "first append": marks["append"],
    "first frame": marks["first frame"],
  };
  return Object.fromEntries(Object.entries(steps).filter(([, at]) => at !== undefined));
}

/** When the first file of each folder was there: of video and of audio, which lie apart. */
function lastOfFirst(requests: Seen["requests"]): number | undefined {
  const first = new Map<string, number>();
  for (const { name, responseEnd } of requests) {
    const folder = name.slice(0, name.lastIndexOf("/"));
    if (!first.has(folder)) first.set(folder, responseEnd);
  }
  return first.size === 0 ? undefined : Math.max(...first.values());
}
