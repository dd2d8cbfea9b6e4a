import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { inBrowser } from "./in-browser.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { type PanelFigures, Viewer } from "./viewer.ts";

// The browser's books hold a segment while it comes in, or not until it has; and the engine's own talk between peers.
const underWayBytes = 150_000;

inBrowser("three viewers of one stream", (browser) => {
  let shoal: Shoal;
  let viewers: Viewer[];

  beforeAll(async () => {
    shoal = await startStack();
    // Viewers can't keep their delay from the edge of a stream that has hardly begun.
    await until("the stream is on the air", async () => (await playlistSeconds(shoal)) >= 16);
    viewers = [];
    for (let seat = 0; seat < 3; seat += 1) viewers.push(await watch());
    await until("everyone is connected with everyone", () =>
      everyone(viewers, ({ peersNow }) => peersNow === 2),
    );
    // Start-up is over when nobody holds anything any more that was fetched alone.
    await wait(8_000);
  });

  afterAll(async () => {
    await Promise.all(viewers?.map((viewer) => viewer.close()) ?? []);
    await shoal?.stop();
  });

  async function watch(options?: Parameters<typeof Viewer.open>[2]): Promise<Viewer> {
    const viewer = await Viewer.open(browser, shoal.url, options);
    await viewer.plays();
    await viewer.unfoldPanel();
    return viewer;
  }

  test("take at least half of their bytes from each other", async () => {
    const { fromPeers, fromCdn } = await movedDuring(20, viewers);
    expect(fromPeers / (fromPeers + fromCdn)).toBeGreaterThanOrEqual(0.5);
  });

  test("never stall", async () => {
    await expectToPlayOn(viewers, 6);
    expect(await stallsOf(viewers)).toEqual([0, 0, 0]);
  });

  test("read in the panel what really came over the line", async () => {
    for (const viewer of viewers) {
      // The panel is written once a second, so it lags behind what moves: it must lie between two readings.
      const before = await viewer.traffic();
      await wait(1_100);
      const shown = await viewer.figures();
      const after = await viewer.traffic();
      for (const [figure, line] of [
        ["bytesFromCdn", "fromCdn"],
        ["bytesFromPeers", "fromPeers"],
        ["bytesToPeers", "toPeers"],
      ] as const) {
        expect(shown[figure], figure).toBeLessThanOrEqual(after[line] + underWayBytes);
        expect(shown[figure], figure).toBeGreaterThanOrEqual(before[line] * 0.95 - underWayBytes);
      }
      expect(shown.shareFromPeers).toBeCloseTo(
        shown.bytesFromPeers / (shown.bytesFromPeers + shown.bytesFromCdn),
        5,
      );
    }
  });

  test("go on playing and sharing while the tracker is away", async () => {
    await shoal.faults.tracker.begin();
    const { fromPeers } = await movedDuring(12, viewers);
    await expectToPlayOn(viewers, 4);
    await shoal.faults.tracker.end();
    expect(fromPeers).toBeGreaterThan(0);
    expect(await everyone(viewers, ({ peersNow }) => peersNow === 2)).toBe(true);
    expect(await stallsOf(viewers)).toEqual([0, 0, 0]);
  });

  test("play on when one of them leaves", async () => {
    await viewers.pop()?.close();
    await until("the others notice", () => everyone(viewers, ({ peersNow }) => peersNow === 1), 20);
    await expectToPlayOn(viewers, 8);
    expect(await stallsOf(viewers)).toEqual([0, 0]);
  });

  test("are joined by one without WebRTC, who plays by HTTP", async () => {
    const alone = await watch({ without: "webrtc" });
    await expectToPlayOn([alone, ...viewers], 8);
    const { bytesFromPeers, bytesFromCdn, stalls } = await alone.figures();
    expect({ bytesFromPeers, stalls }).toEqual({ bytesFromPeers: 0, stalls: 0 });
    expect(bytesFromCdn).toBeGreaterThan(0);
    expect(alone.crashes).toEqual([]);
    await alone.close();
  });

  test("are joined by one who shares nothing, who takes every segment from the CDN once", async () => {
    const alone = await watch();
    await alone.page.getByRole("radio", { name: "Off" }).check();
    const earlier = new Set(await segmentsFetched(alone));
    await wait(10_000);
    const fetched = (await segmentsFetched(alone)).filter((path) => !earlier.has(path));
    expect(fetched.length).toBeGreaterThan(4);
    expect(fetched.sort()).toEqual([...new Set(fetched)]);
    await alone.close();
  });
});

/** Addresses of all segments that the page fetched over HTTP, once for each time. */
function segmentsFetched({ page }: Viewer): Promise<string[]> {
  return page.evaluate<string[]>(
    `performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /\\d\\.mp4/.test(name))`,
  );
}

async function everyone(
  viewers: readonly Viewer[],
  holds: (figures: PanelFigures) => boolean,
): Promise<boolean> {
  return (await Promise.all(viewers.map((viewer) => viewer.figures()))).every(holds);
}

async function stallsOf(viewers: readonly Viewer[]): Promise<number[]> {
  return (await Promise.all(viewers.map((viewer) => viewer.figures()))).map(({ stalls }) => stalls);
}

/** Bytes that all viewers together received while `seconds` passed, by the browser's own count. */
async function movedDuring(seconds: number, viewers: readonly Viewer[]) {
  const sum = async () => {
    const all = await Promise.all(viewers.map((viewer) => viewer.traffic()));
    return {
      fromPeers: all.reduce((bytes, { fromPeers }) => bytes + fromPeers, 0),
      fromCdn: all.reduce((bytes, { fromCdn }) => bytes + fromCdn, 0),
    };
  };
  const before = await sum();
  await wait(seconds * 1000);
  const after = await sum();
  return { fromPeers: after.fromPeers - before.fromPeers, fromCdn: after.fromCdn - before.fromCdn };
}

/** The picture moves as fast as the clock, give or take half a second of measuring. */
async function expectToPlayOn(viewers: readonly Viewer[], seconds: number): Promise<void> {
  const before = await Promise.all(viewers.map((viewer) => viewer.position()));
  await wait(seconds * 1000);
  const after = await Promise.all(viewers.map((viewer) => viewer.position()));
  for (const [seat, position] of after.entries()) {
    expect(position - (before[seat] ?? 0)).toBeGreaterThan(seconds - 0.5);
  }
}
