import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { startBrowser } from "../browser/chromium.ts";
import { playlistSeconds, startStack } from "../browser/stack.ts";
import { MEETING_SECONDS, until } from "../browser/until.ts";
import { Viewer } from "../browser/viewer.ts";
import type { DrivenPage } from "./driven-page.ts";
import { startFirefox } from "./firefox.ts";
import { OtherViewer } from "./viewer.ts";
import { startWebKit } from "./webkit.ts";

const smallPhone = { width: 320, height: 568 };

let shoal: Shoal;
let link: string;
let chromium: Browser;
let inChromium: Viewer;

beforeAll(async () => {
  // A private one: whoever gets in by a link there, gets into an open stream.
  shoal = await startStack({ isPrivate: true });
  link = shoal.access.link({ seats: 9 });
  chromium = await startBrowser();
  // Viewers can't keep their delay from the edge of a stream that has hardly begun.
  await until("the stream is on the air", async () => (await playlistSeconds(shoal)) >= 16);
  inChromium = await Viewer.open(chromium, link);
  await inChromium.plays();
  await inChromium.unfoldPanel();
});
afterAll(async () => {
  await chromium?.close();
  await shoal?.stop();
});

describe("a viewer in Firefox", () => {
  const viewer = openBefore(startFirefox);

  test("takes segments from a viewer in Chromium, and gives it some", async () => {
    await viewer().unfoldPanel();
    await until("they are connected", async () => (await viewer().stats()).peersNow === 1, MEETING_SECONDS);
    await until("segments came", async () => (await viewer().stats()).bytesFromPeers > 100_000);
    await until("segments went", async () => (await viewer().stats()).bytesToPeers > 100_000);
    await until("they arrived", async () => (await inChromium.stats()).bytesFromPeers > 100_000);
  });

  test("sees a dark scroll bar in the panel", async () => {
    expect(await viewer().style("#panel", "scrollbarColor")).toBe("rgb(182, 189, 200) rgba(0, 0, 0, 0)");
  });

  testCoreCases(viewer);
});

describe("a viewer in WebKitGTK, which has ManagedMediaSource and no WebRTC", () => {
  const viewer = openBefore(startWebKit);

  test("plays from the CDN with no peer, beside a viewer in Chromium", async () => {
    expect(await viewer().page.evaluate("[typeof ManagedMediaSource, typeof RTCPeerConnection]")).toEqual([
      "function",
      "undefined",
    ]);
    await viewer().unfoldPanel();
    const before = (await viewer().stats()).bytesFromCdn;
    await until("segments came", async () => (await viewer().stats()).bytesFromCdn > before + 300_000);
    const { peersNow, bytesFromPeers, bytesToPeers } = await viewer().stats();
    expect({ peersNow, bytesFromPeers, bytesToPeers }).toEqual({
      peersNow: 0,
      bytesFromPeers: 0,
      bytesToPeers: 0,
    });
    expect(await viewer().notice()).toBe("");
  });

  testCoreCases(viewer);
});

/** Opens the page in a browser of its own for a group of tests, and keeps a picture of it when one fails. */
function openBefore(start: () => Promise<DrivenPage>): () => OtherViewer {
  let page: DrivenPage | undefined;
  let viewer: OtherViewer | undefined;
  beforeAll(async () => {
    page = await start();
    console.info(`This is ${page.browser}.`);
    viewer = await OtherViewer.open(page, link);
    await viewer.plays();
  });
  afterAll(() => page?.close());
  afterEach(async ({ task }) => {
    if (!page || task.result?.state !== "fail") return;
    const path = join(tmpdir(), `${task.id}.png`);
    await writeFile(path, await page.screenshot());
    console.info(`${task.name}: ${path} shows the page when it failed.`);
  });
  return () => {
    if (!viewer) throw new Error("The page is opened before the tests.");
    return viewer;
  };
}

/** What every browser must do, whatever it can't. */
function testCoreCases(viewer: () => OtherViewer): void {
  test("plays as fast as the clock, and decodes the frames", async () => {
    const position = await viewer().position();
    // A busy machine may drop some of 30 frames a second.
    expect(await viewer().framesDecodedDuring(4)).toBeGreaterThan(4 * 20);
    // Who plays nearer to live than intended plays at nine tenths of the pace.
    expect((await viewer().position()) - position).toBeGreaterThan(3.4);
  });

  test("reads stats and sees the chart in the panel", async () => {
    await viewer().unfoldPanel();
    await until("the chart is drawn", () => viewer().sees("#chart canvas"));
    await until("the stats are written", async () => (await viewer().stats()).bufferSeconds > 0);
    const { bytesFromCdn, delaySeconds } = await viewer().stats();
    expect(bytesFromCdn).toBeGreaterThan(100_000);
    expect(delaySeconds).toBeGreaterThan(0);
    expect(delaySeconds).toBeLessThan(16);
  });

  test("pauses by K, sees the controls, and goes on from the same frame", async () => {
    await viewer().page.press("k");
    await until("it is paused", () => viewer().isPaused());
    await until("the controls are there", () => viewer().sees("media-control-bar media-play-button:defined"));
    const position = await viewer().position();
    await wait(1500);
    expect(await viewer().position()).toBeCloseTo(position, 1);
    await viewer().page.press("k");
    await viewer().plays();
    expect(await viewer().position()).toBeLessThan(position + 4);
  });

  test("goes back by J, plays there, and is live again by End", async () => {
    await until("there is something to go back to", async () => (await playlistSeconds(shoal)) > 24);
    await viewer().page.press("End");
    await until("it is live", () => viewer().isLive());
    const live = await viewer().position();
    await viewer().page.press("j");
    await until("it went back", async () => (await viewer().position()) < live - 5);
    await viewer().plays();
    expect(await viewer().isLive()).toBe(false);
    await viewer().page.press("End");
    await until("it went to live", async () => (await viewer().position()) > live);
    await until("it is live", () => viewer().isLive());
    await viewer().plays();
  });

  test("sees nothing stick out at the sides of a small phone, panel open and folded", async () => {
    const bar = ["media-control-bar > *", "#sound"];
    await viewer().resize(smallPhone);
    await viewer().unfoldPanel();
    await expectToFit(smallPhone, ...bar, "#panel", "#panel :is(button, label, dd)");
    await viewer().foldPanel();
    await expectToFit(smallPhone, ...bar);
    await viewer().resize();
  });

  test("meets no error that nobody catches, and none of the content security policy", async () => {
    expect(await viewer().errors()).toEqual([]);
  });

  test("is told when the stream can't be reached, and plays on by itself when it can", async () => {
    await shoal.faults.cdn.begin();
    try {
      const isTold = async () => /can't be reached.*Retrying in \d+ s/.test(await viewer().notice());
      await until("it is told", isTold, 40);
    } finally {
      await shoal.faults.cdn.end();
    }
    await until("the words are gone", async () => (await viewer().notice()) === "", 40);
    await viewer().plays();
  });

  async function expectToFit({ width }: { width: number }, ...selectors: string[]): Promise<void> {
    const boxes = await viewer().boxes(selectors.join());
    expect(boxes.length).toBeGreaterThan(5);
    for (const { left, right, what } of boxes) {
      expect(left, what).toBeGreaterThanOrEqual(0);
      expect(right, what).toBeLessThanOrEqual(width);
    }
  }
}
