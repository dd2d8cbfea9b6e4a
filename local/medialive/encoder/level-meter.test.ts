import { expect, test } from "vitest";
import { LevelMeter } from "./level-meter.ts";

const HERTZ = 1000;
/** Half a second of one channel. */
const tone = (amplitude: number) =>
  Float32Array.from({ length: HERTZ / 2 }, (_, index) =>
    Math.max(-1, Math.min(1, amplitude * Math.sin((2 * Math.PI * index) / 20))),
  );
const measured = (...parts: readonly Float32Array[]) => {
  const meter = new LevelMeter(HERTZ);
  return parts.map((part) => meter.take([part, part]));
};

test("a reading comes once a second, and begins anew", () => {
  const [none, first, nothing, second] = measured(tone(0.5), tone(0.25), tone(0.1), tone(0.1));
  expect([none, nothing]).toEqual([null, null]);
  expect(first?.decibels).toBeCloseTo(-6, 0);
  expect(second?.decibels).toBeCloseTo(-20, 0);
  expect(first?.clippedPercent).toBe(0);
});

test("silence has an end, and what is cut off is counted", () => {
  expect(measured(tone(0), tone(0))[1]).toEqual({ decibels: -100, clippedPercent: 0 });
  const clipped = measured(tone(4), tone(4))[1];
  expect(clipped?.decibels).toBe(0);
  expect(clipped?.clippedPercent).toBeGreaterThan(50);
  expect(new LevelMeter(HERTZ).take([])).toBeNull();
});
