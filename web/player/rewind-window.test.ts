import { expect, test } from "vitest";
import { behindText, behindWords, isWorthABar } from "./rewind-window.ts";

test("the usual window of a minute has no bar", () => {
  expect([isWorthABar(62, false), isWorthABar(54, false)]).toEqual([false, false]);
});

test("a window of hours has one", () => {
  expect(isWorthABar(4 * 3600, false)).toBe(true);
});

test("a bar that is there stays while the window breathes by some segments", () => {
  expect([isWorthABar(86, false), isWorthABar(86, true)]).toEqual([false, true]);
});

test("a bar goes when the stream has begun anew", () => {
  expect(isWorthABar(10, true)).toBe(false);
});

test.each([
  [42.3, "−0:42"],
  [725, "−12:05"],
  [3723, "−1:02:03"],
  [59.7, "−1:00"],
  [-1, "−0:00"],
])("%d s behind live is written %s", (seconds, text) => {
  expect(behindText(seconds)).toBe(text);
});

test.each([
  [42, "42 seconds behind live"],
  [61, "1 minute, 1 second behind live"],
  [3600, "1 hour behind live"],
  [0.2, "0 seconds behind live"],
])("%d s behind live is said %j", (seconds, words) => {
  expect(behindWords(seconds)).toBe(words);
});
