/** The debug view of the viewer's page, the file that it saves, and the page that opens such a file. */

import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import type { DebugFile } from "../../web/debug/debug-file.ts";
import { brokenRulesOn } from "./accessibility.ts";
import { inBrowser } from "./in-browser.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { openStudioPage } from "./studio-page.ts";
import { MEETING_SECONDS, until } from "./until.ts";
import { Viewer } from "./viewer.ts";

/** By how much the page is wider than its window. */
const overhangOn = (page: Page) =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

const TABLES = ["viewer", "segments", "peers", "duty", "tracker", "notes"];

inBrowser("the debug view", (browser) => {
  let shoal: Shoal;
  let viewers: Viewer[] = [];
  let path: string;
  let text: string;
  let file: DebugFile;
  let held: string[];

  beforeAll(async () => {
    shoal = await startStack();
    await until("the stream is on the air", async () => (await playlistSeconds(shoal)) >= 12);
    for (const width of [960, 320]) {
      const viewer = await Viewer.open(browser, `${shoal.url}?debug`, { viewport: { width, height: 640 } });
      viewers = [...viewers, viewer];
      await viewer.plays();
    }
  });
  afterAll(async () => {
    await Promise.all(viewers.map((viewer) => viewer.close()));
    await shoal?.stop();
  });

  const shownOn = (page: Page) =>
    Promise.all(TABLES.map(async (id) => String(await page.locator(`#debug-${id}`).textContent())));
  const nameOn = async ({ page }: Viewer) =>
    String(await page.locator("#debug-viewer dd").first().textContent());
  /** Before a page has announced itself, it has no name. */
  const onceNamed = async (viewer: Viewer) => {
    await until("the viewer has a name", async () => (await nameOn(viewer)) !== "not in a swarm yet");
    return nameOn(viewer);
  };

  test("shows who is connected and where each segment came from, and saves it", async () => {
    const [ann, bob] = viewers as [Viewer, Viewer];
    const annsName = await onceNamed(ann);
    await bob.page
      .locator("#debug-peers td", { hasText: annsName })
      .first()
      .waitFor({ timeout: MEETING_SECONDS * 1000 });
    await bob.page
      .locator("#debug-segments td", { hasText: `peer ${annsName} done` })
      .first()
      .waitFor();
    await bob.page.getByLabel("Hold still").check();
    const saving = bob.page.waitForEvent("download");
    await bob.page.getByRole("button", { name: "Save as a file" }).click();
    path = await (await saving).path();
    text = await readFile(path, "utf8");
    file = JSON.parse(text);
    held = await shownOn(bob.page);
    expect(file.peers.filter(({ closedAt }) => closedAt === null)).toContainEqual(
      expect.objectContaining({
        name: annsName,
        distance: "same-network",
        here: "host",
        there: "host",
        transport: "udp",
      }),
    );
    expect(file.tracker.map(({ viewers: counted }) => counted)).toContain(2);
    expect(file.duties.map(({ seesEveryone }) => seesEveryone)).toContain(true);
  });

  test("agrees with what the page itself counted", () => {
    const came = file.segments.filter(({ completeAt }) => completeAt !== null);
    const from = (source: string) => came.filter((one) => one.from === source).length;
    const twice = came.filter((one) => one.cameTwice && one.from === "cdn").length;
    const { viewer } = file;
    expect({ peers: from("peers") + twice, cdn: from("cdn") }).toEqual({
      peers: viewer.segmentsFromPeers - viewer.earlierFromPeers,
      cdn: viewer.segmentsFromCdn - viewer.earlierFromCdn,
    });
    expect(from("peers")).toBeGreaterThan(0);
    for (const { ways } of came.filter((one) => one.from === "peers"))
      expect(ways.some(({ source, outcome }) => source === "peers" && outcome === "done")).toBe(true);
  });

  test("hands over no address, ticket or id", () => {
    const [, ticket = ""] = /\/t\/([^/]+)\//.exec(viewers[1]?.trackerSockets[0] ?? "") ?? [];
    const { sub } = JSON.parse(Buffer.from(String(ticket.split(".")[1]), "base64url").toString());
    expect(sub).toMatch(/^.{10}$/);
    for (const secret of [ticket, ticket.split(".")[2] ?? "none", sub, "127.0.0.1"])
      expect(text).not.toContain(secret);
  });

  test("stands beside the player on a narrow screen, by the rules, within the page's policy", async () => {
    for (const viewer of viewers) {
      expect(await overhangOn(viewer.page)).toBe(0);
      expect(await brokenRulesOn(viewer.page)).toEqual([]);
      expect(await viewer.policyViolations()).toEqual([]);
      expect(viewer.crashes).toEqual([]);
    }
  });

  test("opens again on a page that sends nothing, and a spoilt file is refused with a reason", async () => {
    const { page, context, crashes } = await openStudioPage(browser);
    try {
      await page.goto(`${shoal.url}debug`);
      await page.getByLabel("File", { exact: true }).waitFor();
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      await page.getByLabel("File", { exact: true }).setInputFiles(path);
      await page.getByText("is open.").waitFor();
      expect(await shownOn(page)).toEqual(held);
      expect(requests.filter((address) => !address.startsWith("blob:"))).toEqual([]);
      expect(await overhangOn(page)).toBe(0);
      expect(await brokenRulesOn(page)).toEqual([]);
      const spoilt = text.replace(/"sequence":\d+/, '"sequence":"x"');
      const buffer = Buffer.from(spoilt);
      await page
        .getByLabel("File", { exact: true })
        .setInputFiles({ name: "spoilt.json", mimeType: "application/json", buffer });
      await page
        .getByText('This file is damaged: segments[0].sequence is "x", but must be a number.')
        .waitFor();
      expect(await page.locator("#debug").isVisible()).toBe(false);
      expect(crashes).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
