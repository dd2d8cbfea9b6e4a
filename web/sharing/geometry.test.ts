import { describe, expect, test } from "vitest";
import { type Downlink, fetchSeconds, liveGeometry } from "./geometry.ts";

const common: Downlink = { segmentBytes: 500_000, bitsPerSecond: 20_000_000, roundTripSeconds: 0.1 };

/** Segment length, window, wished delay → delay, forward buffer. */
const cases = [
  { segmentSeconds: 1, windowSeconds: 30, wished: null, delay: 5, buffer: 4.5 },
  { segmentSeconds: 2, windowSeconds: 30, wished: null, delay: 7, buffer: 6 },
  { segmentSeconds: 3, windowSeconds: 30, wished: null, delay: 9, buffer: 7.5 },
  { segmentSeconds: 4, windowSeconds: 60, wished: null, delay: 12, buffer: 10 },
  { segmentSeconds: 6, windowSeconds: 60, wished: null, delay: 18, buffer: 15 },
  { segmentSeconds: 2, windowSeconds: 30, wished: 8, delay: 8, buffer: 7 },
  { segmentSeconds: 2, windowSeconds: 30, wished: 6, delay: 6, buffer: 5 },
];

describe.each(cases)("$segmentSeconds s segments, $wished s wished", (row) => {
  const geometry = liveGeometry(row, common, row.wished);

  test("delay", () => expect(geometry.delaySeconds).toBe(row.delay));
  test("forward buffer", () => expect(geometry.forwardBufferSeconds).toBe(row.buffer));
  test("the jump lies beyond the delay and inside the window", () => {
    expect(geometry.maxDelaySeconds).toBeGreaterThan(geometry.delaySeconds);
    expect(geometry.maxDelaySeconds).toBeLessThanOrEqual(row.windowSeconds);
  });
  test("segments are taken from peers up to the live edge", () => {
    expect(geometry.peerWindowSeconds).toBeGreaterThan(geometry.delaySeconds);
  });
});

test("a slower line asks for a longer delay", () => {
  const shape = { segmentSeconds: 2, windowSeconds: 30 };
  const slow = { ...common, bitsPerSecond: 2_000_000 };
  expect(liveGeometry(shape, slow).delaySeconds).toBeGreaterThan(liveGeometry(shape, common).delaySeconds);
});

test("a slow line's own fetch takes the place of relays", () => {
  const shape = { segmentSeconds: 2, windowSeconds: 30 };
  // Fetches of 1.7 s: two segments' time, the fetch and a margin.
  expect(liveGeometry(shape, { ...common, bitsPerSecond: 2_500_000 }).delaySeconds).toBe(7);
});

test("a wish for less than a segment's way is met as far as possible", () => {
  expect(liveGeometry({ segmentSeconds: 2, windowSeconds: 30 }, common, 1).delaySeconds).toBe(4);
});

test("a wish for more than the window holds stays inside it", () => {
  expect(liveGeometry({ segmentSeconds: 2, windowSeconds: 10 }, common, 60).delaySeconds).toBe(8);
});

test.each([
  { wished: 7, start: 8 },
  { wished: 6, start: 6 },
  { wished: 27, start: 28 },
  { wished: 28, start: 28 },
])(
  "with $wished s wished, playing starts $start s behind live, where a segment begins",
  ({ wished, start }) => {
    const { startDelaySeconds } = liveGeometry({ segmentSeconds: 2, windowSeconds: 30 }, common, wished);
    expect(startDelaySeconds).toBe(start);
  },
);

test("in a window too short for another segment, playing starts at the delay itself", () => {
  expect(liveGeometry({ segmentSeconds: 2, windowSeconds: 9 }, common, 60)).toMatchObject({
    delaySeconds: 7,
    startDelaySeconds: 7,
  });
});

test("a window of one segment still gives a delay", () => {
  expect(liveGeometry({ segmentSeconds: 2, windowSeconds: 2 }, common).delaySeconds).toBe(2);
});

test("a fetch takes a round trip and the time for its bytes", () => {
  expect(
    fetchSeconds({ segmentBytes: 250_000, bitsPerSecond: 1_000_000, roundTripSeconds: 0.1 }),
  ).toBeCloseTo(2.1);
});
