import { expect, it } from "vitest";
import { freezesIn, playedShare } from "./freezes.ts";

/** Ten frames a second. */
function frames(from: number, to: number): number[] {
  return Array.from({ length: (to - from) / 100 }, (_, index) => from + index * 100);
}

const span = { from: 10_000, to: 20_000 };

it("finds no freeze in steady frames", () => {
  expect(freezesIn(frames(9_000, 21_000), [], span)).toEqual({ count: 0, seconds: 0, starvedSeconds: 0 });
});

it("counts each gap of more than half a second", () => {
  const shown = [...frames(9_000, 12_000), ...frames(12_400, 15_000), ...frames(17_000, 21_000)];
  expect(freezesIn(shown, [], span)).toMatchObject({ count: 1, seconds: 2.1 });
});

it("counts only what lies inside the span", () => {
  const shown = [...frames(5_000, 8_000), ...frames(12_000, 19_000)];
  const freezes = freezesIn(shown, [], span);
  expect(freezes.count).toBe(2);
  expect(freezes.seconds).toBeCloseTo(2 + 1.1);
});

it("doesn't count the wait for the first frame", () => {
  expect(freezesIn(frames(15_000, 20_000), [], span)).toMatchObject({ count: 0, seconds: 0 });
});

it("takes no frame at all for no freeze, since nothing has begun", () => {
  expect(freezesIn([], [], span)).toMatchObject({ count: 0, seconds: 0 });
});

it("tells which share was played, jumps left out", () => {
  const sample = {
    delaySeconds: null,
    bufferSeconds: 0,
    framesDecoded: 0,
    framesDropped: 0,
    guard: "none" as const,
    uplinkBitsPerSecond: null,
  };
  const positions = [0, 1, 2, 2, 2, 12, 13, 14, 15, 16, 17];
  const samples = positions.map((position, second) => ({ ...sample, at: 10_000 + second * 1000, position }));
  expect(playedShare(samples, span)).toBeCloseTo(0.8);
});

it.each([
  { buffer: "empty", before: 0.3, during: 0, starved: 2.1 },
  { buffer: "that runs out by then", before: 1.1, during: 4, starved: 2.1 },
  { buffer: "that runs out meanwhile", before: 2, during: 0.2, starved: 2.1 },
  { buffer: "with enough in it", before: 2, during: 4, starved: 0 },
])("takes a freeze with a buffer $buffer for what it is", ({ before, during, starved }) => {
  const shown = [...frames(9_000, 15_000), ...frames(17_000, 21_000)];
  const more = {
    position: 0,
    delaySeconds: 6,
    framesDecoded: 0,
    framesDropped: 0,
    uplinkBitsPerSecond: null,
  };
  const samples = [
    { ...more, guard: "none", at: 14_200, bufferSeconds: before },
    { ...more, guard: "none", at: 15_200, bufferSeconds: during },
  ] as const;
  expect(freezesIn(shown, samples, span).starvedSeconds).toBe(starved);
});
