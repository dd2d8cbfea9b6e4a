import { expect, test } from "vitest";
import { FIRST_PACE, type KeptPace, paceAfter, paceOf } from "./pace.ts";

const pace = (probability: number, window = 0): KeptPace => ({ probability, window });
const counted = (counted: number, before: number, window = 1) => ({ window, counted, before });

test("a small audience reports whole, and nothing is written down", () => {
  expect(paceAfter(FIRST_PACE, counted(79, 78))).toBe(FIRST_PACE);
  expect(paceOf(FIRST_PACE, 0.25)).toEqual({ probability: 1, seconds: 240, ramp: 0.25 });
});

test("a window that fills halves the sample, as often as it fills, and once however many look", () => {
  expect(paceAfter(FIRST_PACE, counted(80, 79))).toEqual(pace(0.5, 1));
  expect(paceAfter(FIRST_PACE, counted(320, 0))).toEqual(pace(1 / 16, 1));
  expect(paceAfter(pace(0.5, 1), counted(90, 80))).toEqual(pace(0.5, 1));
  expect(paceAfter(pace(2 ** -16, 1), counted(80, 0)).probability).toBe(2 ** -16);
});

test("the sample grows when few reported for a minute", () => {
  expect(paceAfter(pace(0.25, 0), counted(1, 0, 11))).toEqual(pace(0.25, 0));
  expect(paceAfter(pace(0.25, 0), counted(1, 0, 12))).toEqual(pace(0.5, 12));
  expect(paceAfter(pace(0.25, 0), counted(22, 18, 12))).toEqual(pace(0.25, 12));
  expect(paceAfter(pace(0.25, 12), counted(26, 22, 12))).toEqual(pace(0.25, 12));
});
