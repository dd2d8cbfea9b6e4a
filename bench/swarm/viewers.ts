/** Opens and closes viewers: browser pages that play through the edge. */

import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Edge } from "./edge.ts";
import type { ViewerPage, ViewerReport, ViewerSetup } from "./viewer-report.ts";

export interface Viewer {
  number: number;
  page: Page;
  report(): Promise<ViewerReport>;
  leave(): Promise<void>;
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
