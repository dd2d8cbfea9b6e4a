import { expect, test } from "vitest";
import { behindText, behindWords, needsBar } from "./rewind-window.ts";

test("the usual window of a minute has no bar", () => {
  expect([needsBar(62, false), needsBar(54, false)]).toEqual([false, false]);
});

test("a window of hours has a bar", () => {
  expect(needsBar(4 * 3600, false)).toBe(true);
});

test("a visible bar stays while the window varies by some segments", () => {
  expect([needsBar(86, false), needsBar(86, true)]).toEqual([false, true]);
});

test("a visible bar goes when the stream starts again", () => {
  expect(needsBar(10, true)).toBe(false);
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
