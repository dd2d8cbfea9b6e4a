import { expect, test } from "vitest";
import { blankFrame } from "../yuv-frame.ts";
import { FLASH_SECONDS, TestCard, timeOfDay, toneAt } from "./test-card.ts";

const NOON = new Date(2026, 10, 20, 12, 34, 56).getTime() / 1000;

const drawnAt = (epochSeconds: number) => {
  const frame = blankFrame(320, 180);
  new TestCard(320, 180).draw(frame, epochSeconds);
  return frame;
};
const differences = (one: Uint8Array, other: Uint8Array) =>
  one.reduce((count, value, index) => count + (value === other[index] ? 0 : 1), 0);

test("the time of day is shown to the tenth of a second", () => {
  expect(timeOfDay(NOON)).toBe("12:34:56.0");
  expect(timeOfDay(NOON + 0.3)).toBe("12:34:56.3");
  expect(timeOfDay(NOON + 0.999)).toBe("12:34:56.9");
});

test("the frame moves from one frame to the next", () => {
  const [one, next] = [drawnAt(NOON + 0.5), drawnAt(NOON + 0.5 + 1 / 30)];
  expect(differences(one.planes[0], next.planes[0])).toBeGreaterThan(100);
});

test("the same instant always gives the same frame, so a segment can be encoded again", () => {
  expect(drawnAt(NOON).planes).toEqual(drawnAt(NOON).planes);
});

test("lamp and tone come on together at the full second and go off together", () => {
  const lampAt = (seconds: number) => {
    const { planes, strides } = drawnAt(NOON + seconds);
    return planes[0][Math.round(180 * (0.38 + 0.16 * 1.32)) * strides[0] + Math.round(320 * 0.765)] ?? 0;
  };
  const loudness = (from: number) =>
    Math.max(...Array.from({ length: 480 }, (_, sample) => Math.abs(toneAt(from + sample / 48_000))));
  expect(lampAt(0.05)).toBeGreaterThan(200);
  expect(loudness(0.05)).toBeGreaterThan(0.2);
  expect(lampAt(FLASH_SECONDS + 0.01)).toBeLessThan(80);
  expect(loudness(FLASH_SECONDS + 0.01)).toBe(0);
});

test("the tone starts and ends without a click", () => {
  const samples = Array.from({ length: 48_000 }, (_, sample) => toneAt(sample / 48_000));
  const steps = samples.map((value, index) => Math.abs(value - (samples[index - 1] ?? 0)));
  // A 1 kHz sine of this loudness never moves more than 0.033 from one sample to the next.
  expect(Math.max(...steps)).toBeLessThan(0.04);
});
