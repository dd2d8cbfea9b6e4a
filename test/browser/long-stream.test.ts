import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { expectNothingToStickOut } from "./fitting.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack } from "./stack.ts";
import { until } from "./until.ts";
import { Viewer, type ViewerOptions } from "./viewer.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const smallPhone = { width: 320, height: 568 };

// The bar needs a stream that reaches back a minute and a half; troubles pass the time until it does.
inBrowser("a stream that is on the air for a while", (browser) => {
  let shoal: Shoal;

  beforeAll(async () => {
    shoal = await startStack({ windowSeconds: 600 });
  });
  afterAll(() => shoal?.stop());

  test("has no bar to rewind by at first, nor is its script asked for", async () => {
    const early = await Viewer.open(browser, shoal.url);
    await early.plays();
    await early.page.locator("media-control-bar media-play-button").waitFor();
    expect(await early.page.locator("#rewind").isVisible()).toBe(false);
    expect(await early.page.evaluate("customElements.get('shoal-seek-bar') === undefined")).toBe(true);
    await early.close();
  });

  describe("a viewer whom something goes wrong for", () => {
    let viewer: Viewer;

    afterEach(() => viewer.close());

    async function open(options?: ViewerOptions): Promise<void> {
      viewer = await Viewer.open(browser, shoal.url, options);
    }

    const reads = (words: RegExp) => expect.poll(() => viewer.notice(), { timeout: 40_000 }).toMatch(words);
    const healed = () => expect.poll(() => viewer.notice(), { timeout: 40_000 }).toBe("");

    test("is told of being offline, and plays on when back", async () => {
      await open();
      await viewer.plays();
      await viewer.setOffline(true);
      await reads(/You are offline.*goes on by itself/);
      await viewer.setOffline(false);
      await healed();
      await viewer.plays();
    });

    test("is told when the stream can't be reached and that it is tried again, and plays on when it can", async () => {
      await open();
      await viewer.plays();
      await shoal.faults.cdn.begin();
      await reads(/can't be reached.*Next try in \d+ s/);
      await shoal.faults.cdn.end();
      await healed();
      await viewer.plays();
    });

    test("is told when the browser can't play, and which can", async () => {
      await open({ without: "media-source" });
      await reads(/This browser can't play.*Firefox/);
      expect(await viewer.notice()).not.toMatch(/Next try|Trying/);
    });

    test("waits with a word where even the page's configuration is out of reach, and starts when it isn't", async () => {
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

  describe("the bar to rewind by", () => {
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

    /** How far behind live the bar's text says the picture is; 0 where it says nothing. */
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
      until(`it is ${least} to ${most} s behind live`, async () => {
        const seconds = await behindSeconds(who);
        return seconds >= least && seconds <= most;
      });

    const isHalfWayBack = async () => {
      const reach = await reachSeconds();
      await isBehind(reach * 0.4, reach * 0.6);
    };

    async function goLive(): Promise<void> {
      await viewer.page.keyboard.press("End");
      await until("it is live", () => isLive());
    }

    async function clickBarAt(ratio: number): Promise<void> {
      const { width = 0, height = 0 } = (await slider().boundingBox()) ?? {};
      await slider().click({ position: { x: (width - 1) * ratio, y: height / 2 } });
    }

    test("comes when the stream reaches back a minute and a half", async () => {
      await until("it is there", () => slider().isVisible(), 120);
      expect(await reachSeconds()).toBeGreaterThanOrEqual(90);
    });

    test("is at its end and says nothing while the picture is live", async () => {
      expect(await behindSeconds()).toBe(0);
      expect(await slider().inputValue()).toBe("1");
      expect(await slider().getAttribute("aria-valuetext")).toBe("Live");
    });

    test("says before a click where it leads", async () => {
      await bar().hover();
      const preview = bar().locator("[slot=preview]");
      await expect.poll(() => preview.textContent()).toMatch(/^−\d:\d\d$/);
      const seconds = secondsIn((await preview.textContent()) ?? "");
      expect(Math.abs(seconds / (await reachSeconds()) - 0.5)).toBeLessThan(0.1);
    });

    test("goes where it is clicked, says how far behind live that is, and plays there", async () => {
      await clickBarAt(0.5);
      await isHalfWayBack();
      expect(await slider().getAttribute("aria-valuetext")).toMatch(/^\d.* (minute|second)s? behind live$/);
      await viewer.plays();
      await isHalfWayBack();
    });

    test("leads back to live by the live button", async () => {
      await viewer.page.getByText("Go to live").click();
      await until("it is live", () => isLive());
      expect(await behindSeconds()).toBe(0);
    });

    test("leads no nearer to live than everyone plays when its end is clicked", async () => {
      await clickBarAt(0.5);
      await isHalfWayBack();
      await clickBarAt(1);
      await until("it is live", () => isLive());
      await viewer.unfoldPanel();
      await expect.poll(async () => (await viewer.figures()).delaySeconds).toBeGreaterThan(5.5);
      await viewer.page.keyboard.press("i");
    });

    test("is moved by keys in the player's own steps", async () => {
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

    test("tells that live moves on while the picture is paused", async () => {
      await clickBarAt(0.5);
      await isHalfWayBack();
      await viewer.page.keyboard.press("k");
      const before = await behindSeconds();
      await until("it is further behind", async () => (await behindSeconds()) > before + 2);
      await viewer.page.keyboard.press("k");
      await viewer.plays();
      await goLive();
    });

    test("leads to where it says also while a playlist comes before the browser tells of the seek", async () => {
      const busy = await Viewer.open(browser, shoal.url, { isBusy: true });
      await busy.plays();
      await busy.page.getByRole("slider", { name: "seek" }).focus();
      await busy.page.keyboard.press("PageDown");
      // Three times as long as from one playlist to the next.
      await wait(6_000);
      await isBehind(58, 72, busy);
      await busy.plays();
      await isBehind(58, 72, busy);
      await busy.close();
    });

    test("is dragged by a finger on a small phone, where everything fits", async () => {
      const phone = await Viewer.open(browser, shoal.url, { viewport: smallPhone, isPhone: true });
      await phone.plays();
      await phone.page.getByRole("slider", { name: "seek" }).waitFor();
      await expectNothingToStickOut(phone, smallPhone);
      await drag(phone, 0.95, 0.3);
      await isBehind(50, 600, phone);
      await expectNothingToStickOut(phone, smallPhone);
      await phone.page.locator("media-live-button").click();
      await until("it is live", () => isLive(phone));
      await phone.unfoldPanel();
      await expectNothingToStickOut(phone, smallPhone);
      await phone.close();
    });

    test.each([
      ["a phone on its side", { width: 740, height: 360 }],
      ["a small frame", { width: 320, height: 180 }],
      ["a tiny frame, which has no room for it", { width: 200, height: 120 }],
    ])("fits %s, panel open and folded", async (_, viewport) => {
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

    test("has nothing that an accessibility checker objects to", async () => {
      await viewer.page.evaluate(axe);
      const found = await viewer.page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
        "axe.run()",
      );
      expect(found.violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
      expect(viewer.crashes).toEqual([]);
    });
  });
});

/** The seconds of "−1:05". */
function secondsIn(text: string): number {
  const [seconds = 0, minutes = 0] = text.replace("−", "").split(":").reverse().map(Number);
  return minutes * 60 + seconds;
}

/** Drags the bar's thumb with one finger, between two places on it from 0 to 1. */
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
