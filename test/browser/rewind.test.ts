import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { expectNothingToStickOut } from "./fitting.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack } from "./stack.ts";
import { until } from "./until.ts";
import { Viewer } from "./viewer.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const smallPhone = { width: 320, height: 568 };

inBrowser("the bar to rewind by", (browser) => {
  let shoal: Shoal;
  let viewer: Viewer;

  beforeAll(async () => {
    shoal = await startStack({ windowSeconds: 600 });
    viewer = await Viewer.open(browser, shoal.url);
    await viewer.plays();
    await viewer.page.locator("media-control-bar media-play-button").waitFor();
  });
  afterAll(async () => {
    await viewer?.close();
    await shoal?.stop();
  });

  const bar = () => viewer.page.locator("shoal-seek-bar");
  const slider = () => viewer.page.getByRole("slider", { name: "seek" });
  const isLive = (who = viewer) => who.page.locator("media-live-button[mediatimeislive]").isVisible();

  /** How far behind live the bar's text says the picture is; 0 where it says nothing. */
  async function behindSeconds({ page } = viewer): Promise<number> {
    const text = (await page.locator("#behind").textContent()) ?? "";
    const [seconds = 0, minutes = 0] = text.replace("−", "").split(":").reverse().map(Number);
    return minutes * 60 + seconds;
  }

  const isBehind = (least: number, most: number, who = viewer) =>
    until(`it is ${least} to ${most} s behind live`, async () => {
      const seconds = await behindSeconds(who);
      return seconds >= least && seconds <= most;
    });

  async function goLive(): Promise<void> {
    await viewer.page.keyboard.press("End");
    await until("it is live", () => isLive());
  }

  async function clickBarAt(ratio: number): Promise<void> {
    const { width = 0, height = 0 } = (await slider().boundingBox()) ?? {};
    await slider().click({ position: { x: (width - 1) * ratio, y: height / 2 } });
  }

  test("is not there, nor its script asked for, while there is little to rewind", async () => {
    expect(await viewer.page.locator("#rewind").isVisible()).toBe(false);
    expect(await viewer.page.evaluate("customElements.get('shoal-seek-bar') === undefined")).toBe(true);
  });

  test("comes when the stream reaches back a minute and a half", async () => {
    await until("it is there", () => slider().isVisible(), 120);
    const reach = await viewer.page
      .locator("video")
      .evaluate(
        ({ seekable }: { seekable: { start(range: number): number; end(range: number): number } }) =>
          seekable.end(0) - seekable.start(0),
      );
    expect(reach).toBeGreaterThanOrEqual(90);
    expect(reach).toBeLessThan(110);
  });

  test("is at its end and says nothing while the picture is live", async () => {
    expect(await behindSeconds()).toBe(0);
    expect(await slider().inputValue()).toBe("1");
    expect(await slider().getAttribute("aria-valuetext")).toBe("Live");
  });

  test("says before a click where it leads", async () => {
    await bar().hover();
    await expect.poll(() => bar().locator("[slot=preview]").textContent()).toMatch(/^−0:(4|5)\d$/);
  });

  test("goes where it is clicked, says how far behind live that is, and plays there", async () => {
    await clickBarAt(0.5);
    await isBehind(40, 60);
    expect(await slider().getAttribute("aria-valuetext")).toMatch(/^\d\d seconds behind live$/);
    await viewer.plays();
    await isBehind(40, 60);
  });

  test("leads back to live by the live button", async () => {
    await viewer.page.getByText("Go to live").click();
    await until("it is live", () => isLive());
    expect(await behindSeconds()).toBe(0);
  });

  test("leads no nearer to live than everyone plays when its end is clicked", async () => {
    await clickBarAt(0.5);
    await isBehind(40, 60);
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
    await isBehind(85, 200);
    await viewer.plays();
    await goLive();
  });

  test("tells that live moves on while the picture is paused", async () => {
    await clickBarAt(0.5);
    await isBehind(40, 80);
    await viewer.page.keyboard.press("k");
    const before = await behindSeconds();
    await until("it is further behind", async () => (await behindSeconds()) > before + 2);
    await viewer.page.keyboard.press("k");
    await viewer.plays();
    await goLive();
  });

  test("is dragged by a finger on a small phone, where everything fits", async () => {
    const phone = await Viewer.open(browser, shoal.url, { viewport: smallPhone, isPhone: true });
    await phone.plays();
    await phone.page.getByRole("slider", { name: "seek" }).waitFor();
    await expectNothingToStickOut(phone, smallPhone);
    await drag(phone, 0.95, 0.3);
    await isBehind(50, 300, phone);
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
