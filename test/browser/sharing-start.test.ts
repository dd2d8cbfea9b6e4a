import { afterAll, beforeAll, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { inBrowser } from "./in-browser.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { type PanelStats, Viewer } from "./viewer.ts";

// The live delay is at least three segments. Readings vary by a tenth of a second.
const leastDelaySeconds = 3 * 2 - 0.2;

inBrowser("two viewers who open a stream in its first seconds", (browser) => {
  let shoal: Shoal;
  const viewers: Viewer[] = [];

  beforeAll(async () => {
    shoal = await startStack();
    await until("the stream is on the air", async () => (await playlistSeconds(shoal)) > 0);
    for (let seat = 0; seat < 2; seat += 1) {
      const viewer = await Viewer.open(browser, shoal.url);
      viewers.push(viewer);
      await viewer.plays();
      await viewer.unfoldPanel();
    }
  });

  afterAll(async () => {
    await Promise.all(viewers.map((viewer) => viewer.close()));
    await shoal?.stop();
  });

  const untilBoth = (what: string, holds: (stats: PanelStats, seat: number) => boolean, within?: number) =>
    until(what, async () => (await readBoth()).every(holds), within);
  const readBoth = () => Promise.all(viewers.map((viewer) => viewer.stats()));
  const playbackRate = (viewer: Viewer) =>
    viewer.page.locator("video").evaluate(({ playbackRate }: { playbackRate: number }) => playbackRate);

  test("start closer to live than their live delay, because the playlist is too short", async () => {
    await untilBoth("both know their delay", ({ delaySeconds }) => delaySeconds > 0);
    for (const { delaySeconds } of await readBoth()) expect(delaySeconds).toBeLessThan(leastDelaySeconds - 1);
  });

  // At a playback rate of 0.9 the delay grows by four seconds in forty.
  test("fall back to their live delay, and then play at normal speed", async () => {
    await untilBoth("both are at their delay", ({ delaySeconds }) => delaySeconds >= leastDelaySeconds, 90);
    for (const viewer of viewers)
      await until("the playback rate is normal", async () => (await playbackRate(viewer)) >= 1);
  });

  test("download later segments from each other", async () => {
    const before = await readBoth();
    await untilBoth(
      "both downloaded from the other",
      ({ bytesFromPeers }, seat) =>
        bytesFromPeers > (before[seat]?.bytesFromPeers ?? Number.POSITIVE_INFINITY),
    );
  });
});
