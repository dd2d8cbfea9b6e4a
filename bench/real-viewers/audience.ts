/** Real viewers: pages in Chromium that play the stack's stream, and what each of them truly had. */

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** What watch-viewer.js counted of a visit. */
export interface Truth {
  readonly beganAt: number;
  readonly leftAt: number;
  /** Null for who saw nothing. */
  readonly firstFrameMs: number | null;
  readonly watchedMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly possibleFreezes: number;
  readonly certainFreezes: number;
  readonly delaySeconds: number | null;
  readonly bytesFromPeers: number;
  readonly bytesToPeers: number;
  readonly bytesFromCdn: number;
}

/** What befalls a viewer, beside watching. */
export type Fate =
  | "watches"
  /** Shares nothing, and its line is down for a while: it has nothing left to play. */
  | "loses its line"
  /** Gets no media at all. */
  | "gets nothing"
  /** The page around its player wants no reports. */
  | "isn't reported";

const WATCH = fileURLToPath(new URL("watch-viewer.js", import.meta.url));

const ARRIVAL_MS = 1_500;
const OUTAGE_AFTER_MS = 40_000;
const OUTAGE_MS = 16_000;
/** A last report is on its way when the page is gone already. */
const LAST_REPORT_MS = 3_000;

/**
 * Watches the stream at `origin`, so many at a time and each for so long, and resolves to what those had who report. One
 * fate after the other begins, and each wave when the one before has left.
 */
export async function watch(
  browser: Browser,
  origin: string,
  {
    fates,
    atOnce,
    seconds,
  }: { readonly fates: readonly Fate[]; readonly atOnce: number; readonly seconds: number },
): Promise<Truth[]> {
  const truths: Truth[] = [];
  for (let first = 0; first < fates.length; first += atOnce) {
    const visits: Promise<Truth | null>[] = [];
    for (const fate of fates.slice(first, first + atOnce)) {
      visits.push(visit(browser, origin, fate, seconds));
      await sleep(ARRIVAL_MS);
    }
    truths.push(...(await Promise.all(visits)).filter((truth) => truth !== null));
  }
  await sleep(LAST_REPORT_MS);
  return truths;
}

async function visit(browser: Browser, origin: string, fate: Fate, seconds: number): Promise<Truth | null> {
  const context = await browser.newContext({
    viewport: { width: 160, height: 90 },
    // Chromium doesn't know from where a page came that was put in its place, and would keep it from the tracker.
    permissions: ["local-network-access"],
  });
  try {
    await context.addInitScript({ path: WATCH });
    const page = await context.newPage();
    const address = `${origin}/viewer.html`;
    await page.route(address, (route) => route.fulfill({ contentType: "text/html", body: pageFor(fate) }));
    if (fate === "gets nothing") await page.route(/\/out\/v1\//, (route) => route.abort());
    await page.goto(address);
    await pass(context, fate, seconds * 1000);
    return await leave(context, page, fate);
  } finally {
    await context.close();
  }
}

async function pass(context: BrowserContext, fate: Fate, milliseconds: number): Promise<void> {
  if (fate !== "loses its line") return sleep(milliseconds);
  await sleep(OUTAGE_AFTER_MS);
  await context.setOffline(true);
  await sleep(OUTAGE_MS);
  await context.setOffline(false);
  await sleep(milliseconds - OUTAGE_AFTER_MS - OUTAGE_MS);
}

async function leave(context: BrowserContext, page: Page, fate: Fate): Promise<Truth | null> {
  await page.goto("about:blank");
  const { origins } = await context.storageState();
  const kept = origins.flatMap(({ localStorage }) => localStorage).find(({ name }) => name === "truth");
  if (kept === undefined) throw new Error(`A viewer who ${fate} left without a word`);
  return fate === "isn't reported" ? null : (JSON.parse(kept.value) as Truth);
}

/** A site's own page around the module's player. */
function pageFor(fate: Fate): string {
  const options = {
    ...(fate === "loses its line" && { sharing: "off" }),
    ...(fate === "isn't reported" && { reports: false }),
  };
  return `<!doctype html>
<html lang="en">
<title>A viewer</title>
<div id="player" style="width: 160px; height: 90px"></div>
<script type="module">
  import { createPlayer, readStream } from "/module/shoal.js";
  const stream = await readStream(location.origin);
  playerBegins();
  playerIs(createPlayer(document.querySelector("#player"), { ...stream, ...${JSON.stringify(options)} }));
</script>
</html>`;
}
