import { expect, test } from "vitest";
import { segmentsFrom } from "../../test/doubles/stream.ts";
import { CdnAlone } from "./cdn-alone.ts";

/** Starts at position 0 and time 0, with the first two segments listed and held. */
function started(fetchSeconds: number): CdnAlone {
  const alone = new CdnAlone();
  alone.measured(fetchSeconds);
  alone.listed(segmentsFrom(0, 2), 0);
  alone.startFrom(4, 0);
  return alone;
}

test("starts with what the real player holds", () => {
  expect(started(0.5).bufferSeconds(0, 0)).toBe(4);
});

test("holds nothing before it has started", () => {
  const alone = new CdnAlone();
  alone.listed(segmentsFrom(0, 2), 0);
  expect(alone.bufferSeconds(0, 60)).toBe(0);
});

test("starts once more with what is held then, and forgets what it was fetching", () => {
  const alone = started(10);
  alone.listed(segmentsFrom(0, 4), 2);
  alone.measured(1);
  alone.startFrom(6, 10);
  expect([alone.bufferSeconds(0, 10), alone.bufferSeconds(0, 11)]).toEqual([6, 8]);
});

test("holds a segment one fetch after it was listed", () => {
  const alone = started(0.5);
  alone.listed(segmentsFrom(0, 3), 2);
  expect(alone.bufferSeconds(2, 2.4)).toBe(2);
  expect(alone.bufferSeconds(2, 2.5)).toBe(4);
});

test("fetches one segment after the other", () => {
  const alone = started(1.5);
  alone.listed(segmentsFrom(0, 4), 2);
  expect(alone.bufferSeconds(2, 3.5)).toBe(4);
  expect(alone.bufferSeconds(2, 4.9)).toBe(4);
  expect(alone.bufferSeconds(2, 5)).toBe(6);
});

test("fetches what was listed already but isn't held", () => {
  const alone = new CdnAlone();
  alone.measured(1);
  alone.listed(segmentsFrom(0, 3), 0);
  alone.startFrom(2, 5);
  expect([alone.bufferSeconds(0, 5), alone.bufferSeconds(0, 6), alone.bufferSeconds(0, 7)]).toEqual([
    2, 4, 6,
  ]);
});

test("doesn't fetch a segment again whose times the player corrects by a fraction", () => {
  const alone = started(1);
  const corrected = segmentsFrom(0, 2).map((one) => ({
    ...one,
    startSeconds: one.startSeconds + 0.3,
    endSeconds: one.endSeconds + 0.3,
  }));
  alone.listed(corrected, 1.5);
  alone.listed(segmentsFrom(0, 3), 2);
  expect(alone.bufferSeconds(2, 3)).toBe(4);
});

test("a stale playlist changes nothing", () => {
  const alone = started(1);
  alone.listed(segmentsFrom(0, 3), 2);
  alone.listed(segmentsFrom(0, 2), 2.5);
  alone.listed(segmentsFrom(0, 3), 2.6);
  expect(alone.bufferSeconds(2, 3)).toBe(4);
});

test("a playhead beyond what it holds leaves it an empty buffer", () => {
  expect(started(1).bufferSeconds(9, 9)).toBe(0);
});

test("a change of the measured throughput applies to what is listed from then on", () => {
  const alone = started(1);
  alone.listed(segmentsFrom(0, 3), 2);
  alone.measured(3);
  alone.listed(segmentsFrom(0, 4), 4);
  expect(alone.bufferSeconds(4, 3)).toBe(2);
  expect(alone.bufferSeconds(4, 6.9)).toBe(2);
  expect(alone.bufferSeconds(4, 7)).toBe(4);
});
