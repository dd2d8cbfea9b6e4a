/** Opens and closes viewers: browser pages that play through the edge. */

import { resolve } from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { webBundle } from "../../build/pages.ts";
import type { Edge, Pages } from "./edge.ts";
import type { ViewerPage, ViewerReport, ViewerSetup } from "./viewer-report.ts";

export interface Viewer {
  number: number;
  page: Page;
  report(): Promise<ViewerReport>;
  leave(): Promise<void>;
}

/** Bundles the viewers' page for the edge to serve. */
export async function buildViewerPages(): Promise<Pages> {
  const { outputFiles } = await build({
    ...webBundle,
    entryPoints: [resolve(import.meta.dirname, "page/viewer.ts")],
    outdir: "/",
    splitting: true,
    write: false,
    legalComments: "none",
  });
  const html = '<!doctype html><video></video><script type="module" src="viewer.js"></script>';
  return new Map([
    ["/", { type: "text/html", body: html }],
    ...outputFiles.map(({ path, text }) => [path, { type: "text/javascript", body: text }] as const),
  ]);
}

export async function openViewer(
  browser: Browser,
  edge: Edge,
  number: number,
  setup: Omit<ViewerSetup, "hls" | "tracker"> & { hlsPath: string },
  prepare: (page: Page, context: BrowserContext) => Promise<void> = async () => {},
): Promise<Viewer> {
  const context = await browser.newContext({ viewport: { width: 320, height: 200 } });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(`viewer ${number}: ${error.message}`));
  await prepare(page, context);
  await page.goto(`${edge.address(number)}/`);
  await page.waitForFunction(() => "startViewer" in globalThis);
  const { hlsPath, ...rest } = setup;
  const whole = { ...rest, hls: edge.address(number) + hlsPath, tracker: edge.trackerAddress(number) };
  await page.evaluate((ready) => (globalThis as unknown as ViewerPage).startViewer(ready), whole);
  return {
    number,
    page,
    report: () => page.evaluate(() => (globalThis as unknown as ViewerPage).readViewer()),
    leave: () => context.close(),
  };
}
