import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack } from "./stack.ts";
import { Viewer, type ViewerOptions } from "./viewer.ts";

inBrowser("a viewer whom something goes wrong for", (browser) => {
  let shoal: Shoal;
  let viewer: Viewer;

  beforeAll(async () => {
    shoal = await startStack();
  });
  afterEach(() => viewer.close());
  afterAll(() => shoal?.stop());

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
