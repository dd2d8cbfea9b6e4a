import { expect, test } from "vitest";
import { UNKNOWN_LINE } from "./geometry.ts";
import { LineMeter } from "./line-meter.ts";

test("before anything was fetched, a common line is taken for granted", () => {
  const meter = new LineMeter();
  expect(meter.line("high")).toEqual(UNKNOWN_LINE);
  expect(meter.bitsPerSecond).toBeNull();
});

test("the first fetch sets the estimate, later ones move it", () => {
  const meter = new LineMeter();
  meter.fetched(100_000, 0.1, 0.1);
  expect(meter.bitsPerSecond).toBe(8_000_000);
  meter.fetched(100_000, 0.1, 0.2);
  expect(meter.bitsPerSecond).toBeLessThan(8_000_000);
  expect(meter.bitsPerSecond).toBeGreaterThan(4_000_000);
});

test("sizes are kept apart by rendition", () => {
  const meter = new LineMeter();
  meter.segment("high", 1_000_000);
  meter.segment("low", 100_000);
  expect(meter.line("high").segmentBytes).toBe(1_000_000);
  expect(meter.line("low").segmentBytes).toBe(100_000);
});

test("a segment that came in one burst doesn't make the line infinite", () => {
  const meter = new LineMeter();
  meter.fetched(100_000, 0.01, 0);
  expect(meter.bitsPerSecond).toBe(800_000_000);
});
