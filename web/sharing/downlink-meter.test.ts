import { expect, test } from "vitest";
import { DownlinkMeter } from "./downlink-meter.ts";
import { UNKNOWN_DOWNLINK } from "./geometry.ts";

test("before anything was fetched, a common line is taken for granted", () => {
  const meter = new DownlinkMeter();
  expect(meter.estimate("high")).toEqual(UNKNOWN_DOWNLINK);
  expect(meter.bitsPerSecond).toBeNull();
});

test("the first fetch sets the estimate, later ones move it", () => {
  const meter = new DownlinkMeter();
  meter.fetched(100_000, { firstByteSeconds: 0.1, transferSeconds: 0.1 });
  expect(meter.bitsPerSecond).toBe(8_000_000);
  meter.fetched(100_000, { firstByteSeconds: 0.1, transferSeconds: 0.2 });
  expect(meter.bitsPerSecond).toBeLessThan(8_000_000);
  expect(meter.bitsPerSecond).toBeGreaterThan(4_000_000);
});

test("fetches that take longer than expected are allowed for, and forgotten once they are on time again", () => {
  const meter = new DownlinkMeter();
  const fetches = (transferSeconds: number) =>
    meter.fetched(1_000_000, { firstByteSeconds: 0.1, transferSeconds });
  for (let fetch = 0; fetch < 10; fetch += 1) fetches(0.8);
  expect(meter.latenessSeconds(0), "all alike").toBe(0);
  fetches(0.4);
  expect(meter.latenessSeconds(0), "sooner").toBe(0);
  for (let fetch = 0; fetch < 10; fetch += 1) fetches(0.8);
  const before = meter.latenessSeconds(0);
  fetches(2.8);
  expect(meter.latenessSeconds(0) - before).toBeGreaterThan(1.8);
  expect(meter.latenessSeconds(0)).toBeLessThan(2.3);
  for (let fetch = 0; fetch < 16; fetch += 1) fetches(0.8);
  expect(meter.latenessSeconds(0)).toBeLessThan(0.1);
});

test("sizes are kept apart by rendition", () => {
  const meter = new DownlinkMeter();
  meter.sawSegment("high", 1_000_000);
  meter.sawSegment("low", 100_000);
  expect(meter.estimate("high").segmentBytes).toBe(1_000_000);
  expect(meter.estimate("low").segmentBytes).toBe(100_000);
});

test("a segment that came in one burst doesn't make the line infinite", () => {
  const meter = new DownlinkMeter();
  meter.fetched(100_000, { firstByteSeconds: 0.01, transferSeconds: 0 });
  expect(meter.bitsPerSecond).toBe(800_000_000);
});

/** A fetch of a segment that comes in at this rate, for so long. */
function fetchesAt(meter: DownlinkMeter, bitsPerSecond: number, seconds: number): void {
  const download = { bytes: 0, start: meter.start(0) };
  for (let now = 0.1; now <= seconds + 0.01; now += 0.1) {
    meter.received("cdn", bitsPerSecond / 80);
    download.bytes += bitsPerSecond / 80;
    meter.isFetching(download, now);
  }
}

test("a first fetch that takes long tells of a slow line while it is under way", () => {
  const meter = new DownlinkMeter();
  fetchesAt(meter, 1_500_000, 0.4);
  expect(meter.estimate("high").bitsPerSecond, "too soon").toBe(UNKNOWN_DOWNLINK.bitsPerSecond);
  fetchesAt(meter, 400_000, 1);
  expect(meter.estimate("high").bitsPerSecond, "too little").toBe(UNKNOWN_DOWNLINK.bitsPerSecond);
  fetchesAt(meter, 1_500_000, 1);
  expect(meter.estimate("high").bitsPerSecond).toBeCloseTo(1_500_000, -5);
  expect(meter.bitsPerSecond, "for the player's own estimate").toBeNull();
  meter.fetched(500_000, { firstByteSeconds: 0.1, transferSeconds: 2 });
  expect(meter.estimate("high").bitsPerSecond).toBe(2_000_000);
});

test("a transfer beside a first slow fetch proves that peers are near, who make up for late fetches, or that the line is narrow", () => {
  const prove = (peersBitsPerSecond: number) => {
    const meter = new DownlinkMeter();
    fetchesAt(meter, 1_500_000, 1);
    const transfer = { bytes: 100_000, start: meter.start(1) };
    meter.received("peers", 100_000);
    const now = 1 + 800_000 / peersBitsPerSecond;
    meter.sampled("peers", transfer, now);
    for (const transferSeconds of [1, 2]) meter.fetched(100_000, { firstByteSeconds: 0, transferSeconds });
    const late = Math.round(meter.latenessSeconds(now));
    return { isNear: meter.arePeersNear(now), capacity: Math.round(meter.capacity(now) ?? 0), late };
  };
  expect(prove(8_000_000)).toEqual({ isNear: true, capacity: 8_000_000, late: 0 });
  expect(prove(2_000_000)).toEqual({ isNear: false, capacity: 2_000_000, late: 1 });
});

test("what fetches bring beside transfers doesn't make peers faster", () => {
  const meter = new DownlinkMeter();
  const isSlowerThan = (bitsPerSecond: number) => meter.areTransfersSlower(bitsPerSecond, 20);
  for (let transfer = 0; transfer < 4; transfer += 1) {
    expect(isSlowerThan(1_500_000), "too few").toBe(false);
    const start = meter.start(transfer * 5);
    meter.received("peers", 250_000);
    meter.received("cdn", 1_000_000);
    meter.sampled("peers", { bytes: 250_000, start }, transfer * 5 + 4);
  }
  expect([400_000, 600_000].map(isSlowerThan)).toEqual([false, true]);
});
