import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { brokenRulesOn } from "./accessibility.ts";
import { expectNothingToStickOut } from "./fitting.ts";
import { inBrowser } from "./in-browser.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { Viewer } from "./viewer.ts";

inBrowser("the player's page", (browser) => {
  let shoal: Shoal;
  let viewer: Viewer;

  beforeAll(async () => {
    shoal = await startStack({ renditions: ["360p"] });
    viewer = await Viewer.open(browser, shoal.url);
    await viewer.plays();
    await viewer.page.locator("media-control-bar media-play-button").waitFor();
  });
  afterAll(async () => {
    await viewer?.close();
    await shoal?.stop();
  });

  const video = <T>(read: (video: VideoState) => T) => viewer.page.locator("video").evaluate(read);
  const isFull = () => viewer.page.evaluate<boolean>("document.fullscreenElement !== null");
  const press = (key: string) => viewer.page.keyboard.press(key);

  test("paints before any script has loaded", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route("**/*.js", () => {});
    await page.goto(shoal.url, { waitUntil: "commit" });
    await page.getByText("Opening the live stream").waitFor();
    const [paint] = await page.evaluate<string[]>(
      "new Promise((seen) => new PerformanceObserver((list) => seen(list.getEntries().map(({ name }) => name))).observe({ type: 'paint', buffered: true }))",
    );
    expect(paint).toBe("first-paint");
    await context.close();
  });

  test("says what may be wrong if no script runs for some seconds", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route("**/*.js", (route) => route.abort());
    await page.goto(shoal.url);
    const late = page.getByText(/current Chrome, Edge, Firefox or Safari/);
    expect(await late.isVisible()).toBe(false);
    await late.waitFor({ timeout: 12_000 });
    await context.close();
  });

  test("asks for its ticket and its configuration once each, as early as it can", async () => {
    const asked = await viewer.page.evaluate<string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)",
    );
    expect(asked.filter((path) => path === "/ticket" || path === "/config.json").toSorted()).toEqual([
      "/config.json",
      "/ticket",
    ]);
  });

  test("falls back to the browser's own controls if its own can't be loaded", async () => {
    const plain = await Viewer.open(browser, shoal.url, { withoutControls: true });
    await plain.page.locator("video[controls]").waitFor();
    await plain.close();
  });

  test("starts muted and unmutes with one tap", async () => {
    expect(await video(({ muted }) => muted)).toBe(true);
    await viewer.page.getByRole("button", { name: "Tap for sound" }).click();
    expect(await video(({ muted }) => muted)).toBe(false);
    expect(await viewer.page.locator("#unmute").isVisible()).toBe(false);
  });

  describe("by keyboard", () => {
    test.each(["k", " "])("%j pauses and plays", async (key) => {
      await press(key);
      await until("it pauses", () => video(({ paused }) => paused));
      await press(key);
      await until("it plays", () => video(({ paused }) => !paused));
    });

    test("M mutes and unmutes", async () => {
      await press("m");
      await until("it is muted", () => video(({ muted }) => muted));
      await press("m");
      await until("it is unmuted", () => video(({ muted }) => !muted));
    });

    test("arrows change the volume", async () => {
      const before = await video(({ volume }) => volume);
      await press("ArrowDown");
      await until("the volume is lower", async () => (await video(({ volume }) => volume)) < before);
      await press("ArrowUp");
      await until("the volume is as before", async () => (await video(({ volume }) => volume)) >= before);
    });

    test("J seeks back, and End seeks to live", async () => {
      await until("the playlist reaches back far enough", async () => (await playlistSeconds(shoal)) > 24);
      const before = await viewer.position();
      await press("j");
      await until("it went back", async () => (await viewer.position()) < before - 5);
      await viewer.page.getByText("Go to live").waitFor();
      await press("End");
      await until("it is live again", async () => (await viewer.position()) > before);
      await viewer.page.locator("media-live-button[mediatimeislive]").waitFor();
    });

    test("I opens and closes the panel", async () => {
      await press("i");
      await viewer.page.getByRole("heading", { name: "Sharing" }).waitFor();
      await press("i");
      await viewer.page.locator("#panel").waitFor({ state: "hidden" });
    });

    test("F enters and leaves full screen", async () => {
      await press("f");
      await until("it is in full screen", isFull);
      await press("f");
      await until("it isn't in full screen", async () => !(await isFull()));
    });
  });

  test("shows the panel in full screen, and leaves full screen by its button", async () => {
    await press("f");
    await until("it is in full screen", isFull);
    await viewer.unfoldPanel();
    // Playwright only clicks what is visible.
    await viewer.page.getByRole("button", { name: "Close the panel" }).click();
    await viewer.page.locator("media-fullscreen-button[mediaisfullscreen]").click();
    await until("it isn't in full screen", async () => !(await isFull()));
  });

  test("remembers that the panel is open, and the viewer's sharing choice", async () => {
    await viewer.unfoldPanel();
    await viewer.page.getByRole("radio", { name: "Download only" }).check();
    await viewer.page.reload();
    await viewer.page.getByRole("heading", { name: "Sharing" }).waitFor();
    expect(await viewer.page.getByRole("radio", { name: "Download only" }).isChecked()).toBe(true);
    await viewer.page.getByText("You download from other viewers and upload nothing.").waitFor();
    const on = viewer.page.getByRole("radio", { name: "On", exact: true });
    await on.check();
    // The tick beside a checked radio button doesn't change its accessible name.
    expect(await on.isChecked()).toBe(true);
    await viewer.plays();
  });

  test("names the qualities as viewers know them", async () => {
    await viewer.page.mouse.move(300, 300);
    await viewer.page.locator("media-rendition-menu-button").click();
    await viewer.page.getByRole("menuitemradio", { name: "360p", exact: true }).press("Escape");
    await viewer.page.locator("#qualities").waitFor({ state: "hidden" });
  });

  test("passes an accessibility checker", async () => {
    await viewer.unfoldPanel();
    expect(await brokenRulesOn(viewer.page)).toEqual([]);
  });

  test("opens its panel by a key that is pressed before the panel is loaded, also where it was open before", async () => {
    const early = await Viewer.open(browser, shoal.url);
    await early.plays();
    await early.unfoldPanel();
    await early.page.route("**/controls-*.js", async (route) => {
      await wait(1500);
      await route.continue();
    });
    await early.page.reload();
    await early.page.locator("#player").waitFor();
    await early.page.keyboard.press("i");
    await early.page.locator("#panel").waitFor();
    await wait(300);
    expect(await early.page.locator("#panel").isVisible()).toBe(true);
    await early.close();
  });

  test("can be paused by keyboard before its controls are loaded", async () => {
    const early = await Viewer.open(browser, shoal.url, { withoutControls: true });
    await early.plays();
    await early.page.keyboard.press("k");
    const isPaused = () => early.page.locator("video").evaluate((video: { paused: boolean }) => video.paused);
    await expect.poll(isPaused).toBe(true);
    await early.page.keyboard.press("k");
    await early.plays();
    await early.close();
  });

  test.each([
    ["a phone", { width: 360, height: 740 }],
    ["a small phone", { width: 320, height: 568 }],
    ["a phone on its side", { width: 740, height: 360 }],
    ["a small frame", { width: 320, height: 180 }],
    ["a tiny frame", { width: 200, height: 120 }],
  ])("fits %s, with the panel closed and open", async (_, viewport) => {
    const phone = await Viewer.open(browser, shoal.url, { viewport, isPhone: true });
    await phone.plays();
    await phone.page.locator("media-control-bar:defined").waitFor({ state: "attached" });
    await expectNothingToStickOut(phone, viewport);
    await phone.page.keyboard.press("k");
    await phone.page.locator("media-controller[mediapaused]").waitFor();
    await expectNothingToStickOut(phone, viewport);
    await phone.page.keyboard.press("k");
    await phone.unfoldPanel();
    await wait(300);
    await expectNothingToStickOut(phone, viewport);
    await phone.close();
  });

  test("doesn't violate the deployment's content security policy", async () => {
    const response = await viewer.page.reload();
    expect(response?.headers()["content-security-policy"]).toContain("script-src 'self'");
    await viewer.plays();
    await viewer.unfoldPanel();
    await viewer.page.locator("#chart canvas").waitFor();
    expect(await viewer.policyViolations()).toEqual([]);
    expect(viewer.crashes).toEqual([]);
  });
});

interface VideoState {
  muted: boolean;
  paused: boolean;
  volume: number;
}
