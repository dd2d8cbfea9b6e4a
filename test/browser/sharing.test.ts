import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { inBrowser } from "./in-browser.ts";
import { untilAllMet } from "./meeting.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { type PanelStats, Viewer } from "./viewer.ts";

// The browser's statistics count a segment while it arrives, or only afterwards. They also count the engine's own messages.
const UNCERTAIN_BYTES = 150_000;

inBrowser("three viewers of one stream", (browser) => {
  let shoal: Shoal;
  let viewers: Viewer[];

  beforeAll(async () => {
    shoal = await startStack();
    // At the start of a stream, viewers can't play at their live delay.
    await until("the stream is on the air", async () => (await playlistSeconds(shoal)) >= 16);
    viewers = [];
    for (let seat = 0; seat < 3; seat += 1) viewers.push(await watch());
    await untilAllMet(viewers);
    // The start is over when nobody holds segments any more that they fetched alone.
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

  test("download at least half of their bytes from each other", async () => {
    const { fromPeers, fromCdn } = await movedDuring(20, viewers);
    expect(fromPeers / (fromPeers + fromCdn)).toBeGreaterThanOrEqual(0.5);
  });

  test("measure the delay on every connection", async () => {
    for (const viewer of viewers) {
      const received = await viewer.messagesBy("shoal-delay");
      expect(received.length).toBeGreaterThanOrEqual(2);
      expect(Math.min(...received)).toBeGreaterThan(10);
    }
  });

  test("never stall", async () => {
    await expectToPlayOn(viewers, 6);
    expect(await stallsOf(viewers)).toEqual([0, 0, 0]);
  });

  test("see the real traffic in the panel", async () => {
    for (const viewer of viewers) {
      // The panel is updated once a second and so lags behind. Its numbers must be between two readings.
      const before = await viewer.traffic();
      await wait(1_100);
      const shown = await viewer.stats();
      const after = await viewer.traffic();
      for (const [stat, direction] of [
        ["bytesFromCdn", "fromCdn"],
        ["bytesFromPeers", "fromPeers"],
        ["bytesToPeers", "toPeers"],
      ] as const) {
        expect(shown[stat], stat).toBeLessThanOrEqual(after[direction] + UNCERTAIN_BYTES);
        expect(shown[stat], stat).toBeGreaterThanOrEqual(before[direction] * 0.95 - UNCERTAIN_BYTES);
      }
      expect(shown.shareFromPeers).toBeCloseTo(
        shown.bytesFromPeers / (shown.bytesFromPeers + shown.bytesFromCdn),
        5,
      );
    }
  });

  test("keep playing and sharing while the tracker is down", async () => {
    await shoal.faults.tracker.begin();
    const { fromPeers } = await movedDuring(12, viewers);
    await expectToPlayOn(viewers, 4);
    await shoal.faults.tracker.end();
    expect(fromPeers).toBeGreaterThan(0);
    expect(await everyone(viewers, ({ peersNow }) => peersNow === 2)).toBe(true);
    expect(await stallsOf(viewers)).toEqual([0, 0, 0]);
  });

  test("keep playing when one of them leaves", async () => {
    await viewers.pop()?.close();
    await until("the others notice", () => everyone(viewers, ({ peersNow }) => peersNow === 1), 20);
    await expectToPlayOn(viewers, 8);
    expect(await stallsOf(viewers)).toEqual([0, 0]);
  });

  test("can be joined by a viewer without WebRTC, who plays by HTTP", async () => {
    const alone = await watch({ without: "webrtc" });
    await expectToPlayOn([alone, ...viewers], 8);
    const { bytesFromPeers, bytesFromCdn, stalls } = await alone.stats();
    expect({ bytesFromPeers, stalls }).toEqual({ bytesFromPeers: 0, stalls: 0 });
    expect(bytesFromCdn).toBeGreaterThan(0);
    expect(alone.crashes).toEqual([]);
    await alone.close();
  });

  test("can be joined by a viewer with sharing off, who fetches every segment from the CDN once", async () => {
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

/** Addresses of all segments that the page fetched over HTTP, one for each request. */
function segmentsFetched({ page }: Viewer): Promise<string[]> {
  return page.evaluate<string[]>(
    `performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /\\d\\.mp4/.test(name))`,
  );
}

async function everyone(viewers: readonly Viewer[], holds: (stats: PanelStats) => boolean): Promise<boolean> {
  return (await Promise.all(viewers.map((viewer) => viewer.stats()))).every(holds);
}

async function stallsOf(viewers: readonly Viewer[]): Promise<number[]> {
  return (await Promise.all(viewers.map((viewer) => viewer.stats()))).map(({ stalls }) => stalls);
}

/** Bytes that all viewers together received within `seconds`, as the browser counts them. */
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

/**
 * Expects the playhead to move at the player's pace, give or take half a second. Who plays nearer to live than intended
 * plays at nine tenths of the clock's.
 */
async function expectToPlayOn(viewers: readonly Viewer[], seconds: number): Promise<void> {
  const before = await Promise.all(viewers.map((viewer) => viewer.position()));
  const paces = viewers.map(() => 0);
  for (let second = 0; second < seconds; second += 1) {
    await wait(1000);
    for (const [seat, viewer] of viewers.entries()) paces[seat] = (paces[seat] ?? 0) + (await viewer.pace());
  }
  const after = await Promise.all(viewers.map((viewer) => viewer.position()));
  for (const [seat, position] of after.entries()) {
    expect(paces[seat]).toBeGreaterThan(seconds * 0.89);
    expect(position - (before[seat] ?? 0)).toBeGreaterThan((paces[seat] ?? 0) - 0.5);
  }
}
