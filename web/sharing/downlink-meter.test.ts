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
