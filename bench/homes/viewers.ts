/** A browser in each home, and the page that it opens. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { startBrowser } from "../../test/browser/chromium.ts";
import { type HomePlan, SERVER } from "./network.ts";
import { CDN_PORT, STUN_PORT } from "./server-messages.ts";
import type { Mode, ViewerPage, ViewerReport } from "./viewer-report.ts";

/** One visit to the page, once it has loaded. */
export interface Viewer {
  report(): Promise<ViewerReport>;
  leave(): Promise<void>;
}

/** Where the server has the stream and the tracker. */
export interface OnAir {
  readonly hlsPath: string;
  readonly trackerPort: number;
  readonly trackerPath: string;
}

/** Starts a browser inside a namespace, by a script in `folder`. */
export function startBrowserIn(namespace: string, folder: string): Promise<Browser> {
  return startBrowser((path) => {
    const script = join(folder, `${namespace}.sh`);
    writeFileSync(script, `#!/bin/sh\nexec ip netns exec ${namespace} '${path}' "$@"\n`, { mode: 0o755 });
    return script;
  });
}

export async function openViewer(
  browser: Browser,
  { home, number, mode }: { home: number; number: number; mode: Mode },
  { server }: HomePlan,
  { hlsPath, trackerPort, trackerPath }: OnAir,
): Promise<Viewer> {
  const context = await browser.newContext({ viewport: { width: 320, height: 200 } });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(`home ${home}: ${error.message}`));
  const address = `http://${server}:${CDN_PORT}/viewer/${number}`;
  // However long it takes: a full line is what some scenarios are about.
  await page.goto(`${address}/`, { timeout: 0 });
  await page.waitForFunction(() => "startViewer" in globalThis, undefined, { timeout: 0 });
  await page.evaluate((setup) => (globalThis as unknown as ViewerPage).startViewer(setup), {
    hls: address + hlsPath,
    tracker: `ws://${server}:${trackerPort}${trackerPath}`,
    stun: `stun:${SERVER}:${STUN_PORT}`,
    mode,
  });
  return {
    report: () => page.evaluate(() => (globalThis as unknown as ViewerPage).readViewer()),
    leave: () => context.close(),
  };
}
