/** The studio while a show runs: what comes in, the programme, its health, its timeline, and notices to a webhook. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figuresOf } from "../../functions/insights/figures.ts";
import { keepFigures } from "../../functions/insights/store.ts";
import { openTable } from "../../functions/record/dynamodb.ts";
import { readHealth, writeHealth } from "../../functions/record/health.ts";
import type { KnownFinding } from "../../functions/record/show.ts";
import { writeShowEvent } from "../../functions/record/timeline.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { scheduledEvent } from "../../local/shoal/schedules.ts";
import type { Shoal } from "../../local/shoal.ts";
import { hashOf } from "../../web/studio/moment.ts";
import { keptReport, moment, viewerId } from "../doubles/reports.ts";
import { brokenRulesOn } from "./accessibility.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack } from "./stack.ts";
import { openStudioPage } from "./studio-page.ts";
import { until } from "./until.ts";

const FINDING: KnownFinding = {
  kind: "keyframes-too-rare",
  severity: "warning",
  measured: "Up to 8 s pass between keyframes: after a fault the picture takes as long to return.",
  recommended: "A keyframe every 2 s.",
  inObs: "Settings, Output, Keyframe Interval: 2 s.",
  pipeline: "0",
  since: Date.now(),
};

/** Of a viewer who watches for 20 minutes, some with a stall. */
const reportFrom = (at: number, viewer: number) =>
  keptReport({
    viewer: viewerId(viewer / 8),
    from: moment(at),
    to: moment(at + 1_199_999, {
      watchedMs: 1_190_000,
      stalls: viewer % 3,
      stalledMs: 900 * viewer,
      freezes: viewer % 2,
      bytesFromPeers: 300_000_000,
      bytesFromCdn: 90_000_000,
    }),
    startMs: 700 + 100 * viewer,
    delayMs: 6_000 + 200 * viewer,
    isLast: true,
  });

inBrowser("the studio while a show runs", (browser) => {
  let shoal: Shoal;
  let context: BrowserContext;
  let page: Page;
  let receiver: Server;
  const received: { id: unknown; signature: unknown; body: string }[] = [];
  let crashes: readonly string[];

  beforeAll(async () => {
    receiver = createServer(async (request, response) => {
      const { "webhook-id": id, "webhook-signature": signature } = request.headers;
      received.push({ id, signature, body: await text(request) });
      // It fails twice for each notice.
      const tries = received.filter((each) => each.id === id).length;
      response.writeHead(tries > 2 ? 204 : 500).end();
    }).listen(0, "127.0.0.1");
    [shoal] = await Promise.all([startStack({ rehearsalSeconds: 6 }), once(receiver, "listening")]);
    ({ context, page, crashes } = await openStudioPage(browser));
  });
  afterAll(async () => {
    await context?.close();
    receiver?.close();
    await shoal?.stop();
  });

  /** Judges the stream, and sends notices that are due, as if it were so many minutes later. */
  const passMinutes = (minutes: number) =>
    shoal.invoke("ChannelHealthFunction", scheduledEvent(new Date(Date.now() + minutes * 60_000)));

  test("shows what comes in, and the programme in a frame, muted", async () => {
    await page.goto(await shoal.makeStudioLink());
    const thumbnail = page.getByAltText("What comes in");
    await thumbnail.waitFor();
    expect(await thumbnail.evaluate(({ naturalWidth }: { naturalWidth: number }) => naturalWidth)).toBe(480);
    await page.getByRole("button", { name: "Show the programme" }).click();
    const video = page.frameLocator("iframe").locator("video");
    await until("the programme plays", () =>
      video.evaluate(({ currentTime }: { currentTime: number }) => currentTime > 0),
    );
    expect(await video.evaluate(({ muted }: { muted: boolean }) => muted)).toBe(true);
    await page.getByRole("button", { name: "Hide the programme" }).click();
    expect(await page.locator("iframe").count()).toBe(0);
  });

  test("shows each finding with its cure, and the timeline of this show and of one before", async () => {
    const running = shoal.running;
    const table = openTable({ ...LOCAL_AWS, name: running.channelTable, endpoint: running.dynamoDbEndpoint });
    await passMinutes(0);
    const { value, version } = await readHealth(table);
    expect(value).toMatchObject({ isRunning: true });
    const judged = { judgedAt: Date.now(), isRunning: true, hasInput: true, mailed: 0 };
    // As MediaLive would measure it.
    await writeHealth(table, { ...judged, hasInputMetrics: false, findings: [FINDING] }, version);
    const yesterday = Date.now() - 86_400_000;
    for (const [minute, kind] of ["starting", "running", "stopped"].entries()) {
      const at = yesterday + minute * 3_600_000;
      await writeShowEvent(table, { at, kind, severity: "info", text: `Yesterday: ${kind}.` });
    }
    await page.reload();
    await page.getByText("Viewers may notice: one warning.").waitFor();
    const finding = page.locator("#findings li");
    for (const words of [FINDING.measured, FINDING.recommended, FINDING.inObs])
      expect(await finding.textContent()).toContain(words);
    await page.getByText("MediaLive doesn't measure keyframes").waitFor();
    await page.getByText("The channel is on the air.").waitFor();
    await page.getByText("2 h 0 min long").click();
    await page.getByText("Yesterday: stopped.").waitFor();
  });

  test("a link leads to a minute of yesterday's show, with charts and tables of what viewers had", async () => {
    const table = openTable({
      ...LOCAL_AWS,
      name: "InsightsTable",
      endpoint: shoal.running.dynamoDbEndpoint,
    });
    const began = Math.floor((Date.now() - 86_400_000) / 60_000) + 5;
    const reports = Array.from({ length: 8 }, (_, viewer) => reportFrom(began * 60_000, viewer));
    for (const figures of figuresOf(reports, began, began + 30)) await keepFigures(table, figures);
    await page.goto(`${shoal.url}studio${hashOf(began + 10)}`);
    await page.getByText(/^At /).waitFor();
    await until("all charts are drawn", async () => (await page.locator(".plot canvas").count()) === 8);
    expect(await page.locator("#insights-hours option:checked").textContent()).toContain("show of");
    expect(await page.locator("#insights-moment-figures").textContent()).toContain("Viewers8");
    await page.getByText("As a table: Viewers", { exact: true }).click();
    const minutes = page.locator("#viewers-table a");
    await minutes.first().waitFor();
    expect(await minutes.count()).toBe(20);
    await minutes.last().click();
    await until("the address names that minute", async () => page.url().endsWith(hashOf(began)));
    expect(await page.locator("#spending-figures dd").count()).toBe(5);
    expect(await page.locator("#insights-parts").textContent()).toContain("countryDE");
  });

  test("sends a test to a webhook that fails twice, and tries again until it is there", async () => {
    await page.getByLabel("Address, empty for none").fill("ftp://example.com");
    await page.locator("#webhook-save").click();
    await page.getByText("The address must begin with https://.").waitFor();
    const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await page.getByLabel("Address, empty for none").fill(address);
    await page.locator("#webhook-save").click();
    await page.getByText("Saved. Send a test").waitFor();
    expect(await page.locator("#webhook-secret").textContent()).toMatch(/^whsec_/);
    await page.getByRole("button", { name: "Send a test" }).click();
    await page
      .locator("#webhook-word")
      .getByText("Tried once, and again in 1 min. It answered 500.")
      .waitFor();
    await passMinutes(2);
    await passMinutes(9);
    await page.reload();
    await page.getByText("Delivered, tried 3 times. It answered 204.").waitFor();
    const tests = received.filter(({ id }) => String(id).endsWith("-test"));
    expect(tests).toHaveLength(3);
    expect(new Set(tests.map(({ id }) => id)).size).toBe(1);
    expect(new Set(tests.map(({ signature }) => signature)).size).toBe(3);
  });

  test("a rehearsal is started with its number and cost, and gives its verdict", async () => {
    await page.locator("#rehearsal-viewers").selectOption("2");
    await page.getByText("2 browsers without windows watch").waitFor();
    expect(await page.locator("#rehearsal-cost").textContent()).toContain("costs nothing");
    await page.getByRole("button", { name: "Start the rehearsal" }).click();
    await page.getByText("A rehearsal by 2 viewers is under way").waitFor();
    const verdict = page.getByText(/^The rehearsal of .*, by 2 viewers: it is(n't)? ready for a show\./);
    await verdict.waitFor({ timeout: 60_000 });
    const points = (await page.locator("#rehearsal-points li").allTextContents()).join("\n");
    expect(points).toContain("Plays for 2 of 2 viewers");
    for (const measured of [
      /Start [\d.]+ s to the first frame/,
      /Delay [\d.]+ s behind live/,
      /Freezes .* s watched/,
      /From peers \d+ % of the bytes/,
    ])
      expect(points).toMatch(measured);
  });

  test("passes an accessibility checker at 320 px and wide, in the dark and in the light", async () => {
    for (const [width, colorScheme] of [
      [320, "dark"],
      [1120, "light"],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      expect(await brokenRulesOn(page)).toEqual([]);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(width);
    }
    expect(crashes).toEqual([]);
  });
});
