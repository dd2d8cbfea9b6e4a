import { afterAll, beforeAll, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { inBrowser } from "./in-browser.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { type PanelFigures, Viewer } from "./viewer.ts";

// By the playlist's geometry nobody means to play nearer to live than three segments; readings vary by a tenth.
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

  const untilBoth = (
    what: string,
    holds: (figures: PanelFigures, seat: number) => boolean,
    within?: number,
  ) => until(what, async () => (await readBoth()).every(holds), within);
  const readBoth = () => Promise.all(viewers.map((viewer) => viewer.figures()));
  const pace = (viewer: Viewer) =>
    viewer.page.locator("video").evaluate(({ playbackRate }: { playbackRate: number }) => playbackRate);

  test("begin nearer to live than they mean to, since the stream reaches no further back", async () => {
    await untilBoth("both know their delay", ({ delaySeconds }) => delaySeconds > 0);
    for (const { delaySeconds } of await readBoth()) expect(delaySeconds).toBeLessThan(leastDelaySeconds - 1);
  });

  // At nine tenths of the pace a delay grows by four seconds in forty.
  test("fall back to their delay, and from then on play at the stream's own pace", async () => {
    await untilBoth("both are at their delay", ({ delaySeconds }) => delaySeconds >= leastDelaySeconds, 90);
    for (const viewer of viewers) await until("nobody eases back", async () => (await pace(viewer)) >= 1);
  });

  test("take what follows from each other", async () => {
    const before = await readBoth();
    await untilBoth(
      "both took from the other",
      ({ bytesFromPeers }, seat) =>
        bytesFromPeers > (before[seat]?.bytesFromPeers ?? Number.POSITIVE_INFINITY),
    );
  });
});
