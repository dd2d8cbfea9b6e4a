import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { brokenRulesOn } from "./accessibility.ts";
import { expectNothingToStickOut } from "./fitting.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack } from "./stack.ts";
import { until } from "./until.ts";
import { Viewer, type ViewerOptions } from "./viewer.ts";

const smallPhone = { width: 320, height: 568 };

// The bar needs a playlist of a minute and a half. The tests of errors run first, until it is that long.
inBrowser("a stream that has been on the air for a while", (browser) => {
  let shoal: Shoal;

  beforeAll(async () => {
    shoal = await startStack({ windowSeconds: 600 });
  });
  afterAll(() => shoal?.stop());

  test("has no bar to rewind at first, and doesn't load its script", async () => {
    const early = await Viewer.open(browser, shoal.url);
    await early.plays();
    await early.page.locator("media-control-bar media-play-button").waitFor();
    expect(await early.page.locator("#rewind").isVisible()).toBe(false);
    expect(await early.page.evaluate("customElements.get('shoal-seek-bar') === undefined")).toBe(true);
    await early.close();
  });

  describe("a viewer, when something goes wrong,", () => {
    let viewer: Viewer;

    afterEach(() => viewer.close());

    async function open(options?: ViewerOptions): Promise<void> {
      viewer = await Viewer.open(browser, shoal.url, options);
    }

    const reads = (words: RegExp) => expect.poll(() => viewer.notice(), { timeout: 40_000 }).toMatch(words);
    const recovered = () => expect.poll(() => viewer.notice(), { timeout: 40_000 }).toBe("");

    test("reads that they are offline, and plays on when back online", async () => {
      await open();
      await viewer.plays();
      await viewer.setOffline(true);
      await reads(/You are offline.*resumes automatically/);
      await viewer.setOffline(false);
      await recovered();
      await viewer.plays();
    });

    test("reads that the stream can't be reached and when it is retried, and plays on when it can", async () => {
      await open();
      await viewer.plays();
      await shoal.faults.cdn.begin();
      await reads(/can't be reached.*Retrying in \d+ s/);
      await shoal.faults.cdn.end();
      await recovered();
      await viewer.plays();
    });

    test("plays on by itself after a segment that can't be decoded", async () => {
      await open();
      await viewer.plays();
      await viewer.spoilNextVideoSegment();
      const hasReset = () =>
        viewer.page.locator("video").evaluate(({ seen = false }: { seen?: boolean }) => seen);
      await viewer.page.locator("video").evaluate((video: EventTarget & { seen?: boolean }) =>
        video.addEventListener("emptied", () => {
          video.seen = true;
        }),
      );
      await until("the decoder was restarted", hasReset);
      await viewer.plays();
      await viewer.plays();
    });

    test("reads that the browser can't play the stream, and which browsers can", async () => {
      await open({ without: "media-source" });
      await reads(/This browser can't play.*Firefox/);
      expect(await viewer.notice()).not.toMatch(/Retrying/);
    });

    test("reads why nothing starts while the page's configuration can't be reached, and plays once it can", async () => {
      const unreachable = await browser.newContext();
      const page = await unreachable.newPage();
      await page.route("**/config.json", (route) => route.abort());
      await page.goto(shoal.url);
      await page.getByText(/can't be reached.*keeps trying/).waitFor();
      await page.unroute("**/config.json");
      await page.locator("video").waitFor();
      await unreachable.close();
      await open();
    });
  });

  describe("the bar to rewind", () => {
    let viewer: Viewer;

    beforeAll(async () => {
      viewer = await Viewer.open(browser, shoal.url);
      await viewer.plays();
      await viewer.page.locator("media-control-bar media-play-button").waitFor();
    });
    afterAll(async () => {
      await viewer?.close();
    });

    const bar = () => viewer.page.locator("shoal-seek-bar");
    const slider = () => viewer.page.getByRole("slider", { name: "seek" });
    const isLive = (who = viewer) => who.page.locator("media-live-button[mediatimeislive]").isVisible();

    /** Seconds behind live, as the text beside the bar says; 0 without a text. */
    const behindSeconds = async ({ page } = viewer) =>
      secondsIn((await page.locator("#behind").textContent()) ?? "");

    const reachSeconds = () =>
      viewer.page
        .locator("video")
        .evaluate(
          ({ seekable }: { seekable: { start(range: number): number; end(range: number): number } }) =>
            seekable.end(0) - seekable.start(0),
        );

    const isBehind = (least: number, most: number, who = viewer) =>
      until(`the viewer is ${least} to ${most} s behind live`, async () => {
        const seconds = await behindSeconds(who);
        return seconds >= least && seconds <= most;
      });

    const isHalfWayBack = async () => {
      const reach = await reachSeconds();
      await isBehind(reach * 0.4, reach * 0.6);
    };

    async function goLive(): Promise<void> {
      await viewer.page.keyboard.press("End");
      await until("the viewer is live", () => isLive());
    }

    async function clickBarAt(ratio: number): Promise<void> {
      const { width = 0, height = 0 } = (await slider().boundingBox()) ?? {};
      await slider().click({ position: { x: (width - 1) * ratio, y: height / 2 } });
    }

    test("appears when the playlist reaches back a minute and a half", async () => {
      await until("the bar is visible", () => slider().isVisible(), 120);
      expect(await reachSeconds()).toBeGreaterThanOrEqual(90);
    });

    test("is at its end without a text while the viewer is live", async () => {
      expect(await behindSeconds()).toBe(0);
      expect(await slider().inputValue()).toBe("1");
      expect(await slider().getAttribute("aria-valuetext")).toBe("Live");
    });

    test("previews where a click leads", async () => {
      await bar().hover();
      const preview = bar().locator("[slot=preview]");
      await expect.poll(() => preview.textContent()).toMatch(/^−\d:\d\d$/);
      const seconds = secondsIn((await preview.textContent()) ?? "");
      expect(Math.abs(seconds / (await reachSeconds()) - 0.5)).toBeLessThan(0.1);
    });

    test("seeks to where it is clicked, says how far behind live that is, and plays there", async () => {
      await clickBarAt(0.5);
      await isHalfWayBack();
      expect(await slider().getAttribute("aria-valuetext")).toMatch(/^\d.* (minute|second)s? behind live$/);
      await viewer.plays();
      await isHalfWayBack();
    });

    test("returns to live by the live button", async () => {
      await viewer.page.getByText("Go to live").click();
      await until("the viewer is live", () => isLive());
      expect(await behindSeconds()).toBe(0);
    });

    test("seeks to the live delay when its end is clicked, and no closer to the live edge", async () => {
      await clickBarAt(0.5);
      await isHalfWayBack();
      await clickBarAt(1);
      await until("the viewer is live", () => isLive());
      await viewer.unfoldPanel();
      await expect.poll(async () => (await viewer.stats()).delaySeconds).toBeGreaterThan(5.5);
      await viewer.page.keyboard.press("i");
    });

    test("moves by keys in the player's own steps", async () => {
      await slider().focus();
      await viewer.page.keyboard.press("PageDown");
      await isBehind(58, 62);
      await viewer.page.keyboard.press("ArrowUp");
      await isBehind(48, 52);
      await viewer.page.keyboard.press("ArrowLeft");
      await isBehind(58, 62);
      await viewer.page.keyboard.press("Home");
      await isBehind(85, 600);
      await viewer.plays();
      await goLive();
    });

    test("shows that live moves on while the video is paused", async () => {
      await clickBarAt(0.5);
      await isHalfWayBack();
      await viewer.page.keyboard.press("k");
      const before = await behindSeconds();
      await until("it is further behind live", async () => (await behindSeconds()) > before + 2);
      await viewer.page.keyboard.press("k");
      await viewer.plays();
      await goLive();
    });

    test("seeks correctly even if a playlist arrives before the browser reports the seek", async () => {
      const busy = await Viewer.open(browser, shoal.url, { isBusy: true });
      await busy.plays();
      await busy.page.getByRole("slider", { name: "seek" }).focus();
      await busy.page.keyboard.press("PageDown");
      // Three playlists' time.
      await wait(6_000);
      await isBehind(58, 72, busy);
      await busy.plays();
      await isBehind(58, 72, busy);
      await busy.close();
    });

    test("can be dragged by a finger on a small phone, where everything fits", async () => {
      const phone = await Viewer.open(browser, shoal.url, { viewport: smallPhone, isPhone: true });
      await phone.plays();
      await phone.page.getByRole("slider", { name: "seek" }).waitFor();
      await expectNothingToStickOut(phone, smallPhone);
      await drag(phone, 0.95, 0.3);
      await isBehind(50, 600, phone);
      await expectNothingToStickOut(phone, smallPhone);
      await phone.page.locator("media-live-button").click();
      await until("the viewer is live", () => isLive(phone));
      await phone.unfoldPanel();
      await expectNothingToStickOut(phone, smallPhone);
      await phone.close();
    });

    test.each([
      ["a phone on its side", { width: 740, height: 360 }],
      ["a small frame", { width: 320, height: 180 }],
      ["a tiny frame, which has no room for the bar", { width: 200, height: 120 }],
    ])("fits %s, with the panel closed and open", async (_, viewport) => {
      const frame = await Viewer.open(browser, shoal.url, { viewport });
      await frame.plays();
      await frame.page.locator("#player[data-can-rewind]").waitFor();
      await frame.page.mouse.move(viewport.width / 2, viewport.height / 2);
      await expectNothingToStickOut(frame, viewport);
      const state = viewport.height > 120 ? "visible" : "hidden";
      await frame.page.getByRole("slider", { name: "seek" }).waitFor({ state });
      await frame.unfoldPanel();
      await expectNothingToStickOut(frame, viewport);
      await frame.close();
    });

    test("passes an accessibility checker", async () => {
      expect(await brokenRulesOn(viewer.page)).toEqual([]);
      expect(viewer.crashes).toEqual([]);
    });
  });
});

/** The seconds of "−1:05". */
function secondsIn(text: string): number {
  const [seconds = 0, minutes = 0] = text.replace("−", "").split(":").reverse().map(Number);
  return minutes * 60 + seconds;
}

/** Drags the bar's thumb with one finger, between two positions from 0 to 1. */
async function drag({ page }: Viewer, from: number, to: number): Promise<void> {
  const box = await page.locator("shoal-seek-bar").boundingBox();
  if (!box) throw new Error("There is no bar to drag.");
  const touch = await page.context().newCDPSession(page);
  const at = (ratio: number) => [{ x: box.x + box.width * ratio, y: box.y + box.height / 2 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(from) });
  for (let step = 1; step <= 5; step += 1) {
    const touchPoints = at(from + ((to - from) * step) / 5);
    await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints });
  }
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}
