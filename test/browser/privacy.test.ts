/** Who learns a viewer's address, and after what word: consent, threshold and reach, with real browsers. */

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { brokenRulesOn } from "./accessibility.ts";
import { type Elsewhere, elsewhere } from "./elsewhere.ts";
import { expectNothingToStickOut } from "./fitting.ts";
import { inBrowser } from "./in-browser.ts";
import { untilAllMet } from "./meeting.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { Viewer, type ViewerOptions } from "./viewer.ts";

const QUESTION = "Share with viewers at your place? They could then see your network address.";
const NOTICE = "Viewers at your place can see your network address; “Turn off” stops sharing.";
const ALWAYS = /While you share, viewers at your place can see your network address/;

inBrowser("a viewer's address", (browser) => {
  let shoal: Shoal;
  let abroad: Elsewhere;

  beforeAll(async () => {
    // The deployment asks, and its viewers may meet only behind one address. Other words are put into config.json.
    shoal = await startStack({ sharing: { consent: "ask", above: 0, reach: "lan" } });
    abroad = await elsewhere(shoal.url, "198.51.100.7", "64500");
    await until("the stream is on the air", async () => (await playlistSeconds(shoal)) >= 8);
  });
  afterAll(async () => {
    abroad?.close();
    await shoal?.stop();
  });

  async function open(options: ViewerOptions = {}, address = shoal.url): Promise<Viewer> {
    const viewer = await Viewer.open(browser, address, options);
    onTestFinished(() => viewer.close());
    await viewer.plays();
    return viewer;
  }
  const notice = ({ page }: Viewer) => page.locator("#notice");
  const says = (viewer: Viewer, words: string) => notice(viewer).getByText(words).waitFor();
  const button = ({ page }: Viewer, name: string) => page.getByRole("button", { name, exact: true });
  const joins = (viewer: Viewer) => until("it joined", async () => viewer.trackerSockets.length > 0, 10);
  const isChecked = ({ page }: Viewer, name: string) =>
    page.getByRole("radio", { name, exact: true }).isChecked();

  /** Nothing has gone to the tracker or to a peer, and the engine wasn't even loaded. */
  async function expectNothingShared(viewer: Viewer): Promise<void> {
    await wait(2_500);
    expect(viewer.trackerSockets).toEqual([]);
    expect(await viewer.connectionsMade()).toBe(0);
    const scripts = await viewer.page.evaluate<string[]>(
      `performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /engine-/.test(name))`,
    );
    expect(scripts).toEqual([]);
  }

  // First: a page that is closed while it announces leaves a seat that counts until an offer finds nobody there.
  test("is shown to nobody while fewer than the threshold watch, and to viewers nearby only", async () => {
    const sharing = { consent: "implied", above: 3 } as const;
    const [ann, bob] = [await open({ sharing }), await open({ sharing })];
    // It is one more of the stream's viewers, but not one behind their address.
    const far = await open({ sharing: { consent: "implied" } }, abroad.url);
    const all = [ann, bob, far];
    for (const viewer of all) await viewer.unfoldPanel();
    for (const viewer of [ann, bob]) {
      await viewer.page.getByText("Sharing begins once 3 are watching").waitFor();
    }
    await wait(3_000);
    expect([await ann.connectionsMade(), await bob.connectionsMade()]).toEqual([0, 0]);
    const cem = await open({ sharing });
    await cem.unfoldPanel();
    await untilAllMet([ann, bob, cem]);
    expect(await ann.page.getByText("Sharing begins once").count()).toBe(0);
    expect((await far.stats()).peersNow).toBe(0);
    expect((await far.traffic()).fromPeers).toBe(0);
    expect(far.trackerSockets).toHaveLength(1);
  });

  describe("where viewers are asked", () => {
    test("stays unknown before a yes, and a yes by keyboard is remembered", async () => {
      const viewer = await open();
      await says(viewer, QUESTION);
      await expectNothingShared(viewer);
      await viewer.page.keyboard.press("Tab");
      await viewer.page.keyboard.press("Enter");
      await notice(viewer).waitFor({ state: "detached" });
      await joins(viewer);
      viewer.trackerSockets.length = 0;
      await viewer.page.reload();
      await joins(viewer);
      await viewer.unfoldPanel();
      await viewer.page.getByText(ALWAYS).waitFor();
      expect(await isChecked(viewer, "On")).toBe(true);
      expect(await notice(viewer).count()).toBe(0);
    });

    test("stays unknown after a no, which is remembered, until the viewer turns sharing on in the panel", async () => {
      const viewer = await open();
      await button(viewer, "Don't share").click();
      await viewer.page.reload();
      await viewer.plays();
      await viewer.unfoldPanel();
      await expectNothingShared(viewer);
      expect(await notice(viewer).count()).toBe(0);
      expect(await isChecked(viewer, "Off")).toBe(true);
      await viewer.page.getByText(ALWAYS).waitFor();
      await viewer.page.getByRole("radio", { name: "On", exact: true }).check();
      await joins(viewer);
    });

    test("stays unknown whatever an embedding page says", async () => {
      const frame = new URL(`embed.html?sharing=on&origin=${new URL(shoal.url).origin}`, shoal.url);
      const viewer = await Viewer.open(browser, shoal.url);
      onTestFinished(() => viewer.close());
      await viewer.page.route("**/around.html", (route) =>
        route.fulfill({
          contentType: "text/html",
          body: `<iframe src="${frame}" width=640 height=360></iframe>`,
        }),
      );
      await viewer.page.goto(`${shoal.url}around.html`);
      viewer.trackerSockets.length = 0;
      const inside = viewer.page.frameLocator("iframe");
      await inside.getByText(QUESTION).waitFor({ timeout: 20_000 });
      const command = (value: string) =>
        viewer.page.evaluate(
          `frames[0].postMessage({ shoal: "shoal-1", command: "setSharing", value: "${value}" }, "*")`,
        );
      await command("on");
      await wait(2_000);
      expect(viewer.trackerSockets).toEqual([]);
      await command("off");
      await inside.locator("#notice").waitFor({ state: "detached" });
      await command("on");
      await inside.getByRole("button", { name: "Share", exact: true }).click();
      await joins(viewer);
    });
  });

  describe("where viewers are told", () => {
    const sharing = { consent: "notice" } as const;

    test("is shown to others only with the notice, which is shown once", async () => {
      const viewer = await open({ sharing });
      await says(viewer, NOTICE);
      await joins(viewer);
      await button(viewer, "OK").click();
      await notice(viewer).waitFor({ state: "detached" });
      await viewer.page.reload();
      await viewer.plays();
      await viewer.unfoldPanel();
      await viewer.page.getByText(ALWAYS).waitFor();
      expect(await notice(viewer).count()).toBe(0);
    });

    test("is hidden again by the notice's own button", async () => {
      const viewer = await open({ sharing });
      await button(viewer, "Turn off").click();
      await viewer.unfoldPanel();
      expect(await isChecked(viewer, "Off")).toBe(true);
      viewer.trackerSockets.length = 0;
      await viewer.page.reload();
      await viewer.plays();
      await expectNothingShared(viewer);
      expect(await notice(viewer).count()).toBe(0);
    });

    test.each([
      ["a wide page", { width: 960, height: 640 }],
      ["a small phone", { width: 320, height: 568 }],
      ["a small frame", { width: 320, height: 180 }],
      ["a tiny frame", { width: 200, height: 120 }],
    ])(
      "the notice and the question leave every control of %s free, and pass the checker",
      async (name, viewport) => {
        for (const consent of ["notice", "ask"] as const) {
          const viewer = await open({ sharing: { consent }, viewport }, `${shoal.url}embed.html`);
          await says(viewer, consent === "ask" ? QUESTION : NOTICE);
          await viewer.page.keyboard.press("k");
          await viewer.page.locator("media-controller[mediapaused]").waitFor();
          await wait(400);
          await expectNothingToStickOut(viewer, viewport);
          await expectControlsFree(viewer);
          expect(await brokenRulesOn(viewer.page)).toEqual([]);
          const folder = process.env["SHOAL_SCREENSHOTS"];
          if (folder) await viewer.page.screenshot({ path: `${folder}/${consent} ${name}.png` });
          await viewer.page.locator("#start").click();
          await viewer.plays();
          await viewer.close();
        }
      },
    );
  });

  test("is shown without a notice where consent is implied, and the panel says so", async () => {
    const viewer = await open({ sharing: { consent: "implied" } });
    await joins(viewer);
    await viewer.unfoldPanel();
    await viewer.page.getByText(ALWAYS).waitFor();
    expect(await notice(viewer).count()).toBe(0);
  });
});

/** Every control that is shown can be pressed in its middle: nothing lies over it. */
async function expectControlsFree({ page }: Viewer): Promise<void> {
  const covered = await page.evaluate<string[]>(`(() => {
    const root = document.querySelector("shoal-player").shadowRoot;
    const shown = [...root.querySelectorAll("media-control-bar > *, #start, #unmute")].filter(
      (control) => control.checkVisibility({ visibilityProperty: true }) && control.matches(":not(.spacer)"),
    );
    return shown.flatMap((control) => {
      const { x, y, width, height } = control.getBoundingClientRect();
      const hit = root.elementFromPoint(x + width / 2, y + height / 2);
      return control.contains(hit) ? [] : [control.outerHTML.slice(0, 60) + " is under " + hit?.outerHTML.slice(0, 60)];
    });
  })()`);
  expect(covered).toEqual([]);
  expect(await page.locator("#start").isVisible()).toBe(true);
}
