/** Reports of a player on another site's page: the last one, which is sent while the page is left, and a border that fails. */

import type { Browser, Page, Request, Route } from "playwright-core";
import { expect, test } from "vitest";
import { until } from "../until.ts";
import type { Site } from "./site.ts";

const PAGE = `<!doctype html>
<video muted autoplay playsinline style="width: 160px"></video>
<script type="module">
  import { playStream, readStream } from "https://live.example.com/module/shoal.js";
  const session = playStream(document.querySelector("video"), await readStream("https://live.example.com"));
  window.stalls = () => session.stats.stalls;
</script>`;

const isReport = (request: Request) => request.method() === "POST" && request.url().endsWith("/reports");

const headers = { "access-control-allow-origin": "*" };

export function testReports(browser: Browser, site: Site): void {
  test.each<[string, (page: Page) => Promise<unknown>]>([
    ["another page of the site is opened", (page) => page.goto(site.put("next.html", "<p>Next"))],
    ["an empty page is opened", (page) => page.goto("about:blank")],
    ["the page is loaded again", (page) => page.reload()],
    ["the tab is closed", (page) => page.close()],
  ])("a last report comes when %s, though it needs a preflight", async (_, leave) => {
    const from = Date.now();
    // Without any of Playwright's routes: what they hold back is lost with the page.
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.goto(site.put("left.html", PAGE));
      await until("the pace was asked for", () => asked.some((one) => one.endsWith("/reports.json")));
      // Until the pace is known, nothing is told.
      await page.waitForTimeout(500);
      await leave(page);
      const reports = async () => (await site.reports()).filter((report) => report.from.at >= from);
      await until("it was kept", async () => (await reports()).length > 0);
      expect(await reports()).toMatchObject([{ isLast: true, number: 0 }]);
    } finally {
      await context.close();
    }
  });

  /** Four intervals of two seconds, by a tenth more or less, and what is sent when they begin. */
  const MOST_IN_EIGHT_SECONDS = 6;
  test.each<[string, (route: Route) => unknown]>([
    ["refuses everything", (route) => route.fulfill({ status: 503, headers, body: "Service Unavailable" })],
    ["answers with something else", (route) => route.fulfill({ headers, body: "<p>A proxy's page" })],
    ["never answers", () => {}],
    ["can't be reached", (route) => route.abort()],
  ])("a border that %s is asked no more often, and the video plays on", async (_, answer) => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      const crashes: string[] = [];
      page.on("pageerror", (error) => crashes.push(error.message));
      await page.route("**/reports.json", (route) =>
        route.fulfill({ headers, json: { probability: 1, seconds: 2 } }),
      );
      await page.route("**/t/*/reports", answer);
      const sent: number[] = [];
      page.on("request", (request) => {
        if (isReport(request)) sent.push(Date.now());
      });
      await page.goto(site.put("failing.html", PAGE));
      await until("a report was sent", () => sent.length > 0);
      const position = () => page.evaluate<number>("document.querySelector('video').currentTime");
      const before = await position();
      await page.waitForTimeout(8_000);
      expect((await position()) - before).toBeGreaterThan(6.5);
      expect(await page.evaluate("stalls()")).toBe(0);
      expect(sent.length).toBeLessThanOrEqual(MOST_IN_EIGHT_SECONDS);
      expect(crashes).toEqual([]);
    } finally {
      await context.close();
    }
  });
}
