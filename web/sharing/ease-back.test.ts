import { expect, test } from "vitest";
import { shouldEaseBack } from "./ease-back.ts";

test("a picture at its delay, or further back, plays at its own pace", () => {
  expect(shouldEaseBack(0, false)).toBe(false);
  expect(shouldEaseBack(-3, false)).toBe(false);
});

test("what delays vary by from playlist to playlist is left alone", () => {
  expect(shouldEaseBack(2, false)).toBe(false);
});

test("a picture much nearer to live than it should be falls back", () => {
  expect(shouldEaseBack(2.1, false)).toBe(true);
});

test("once begun, it goes on until the delay is about reached", () => {
  expect(shouldEaseBack(0.6, true)).toBe(true);
  expect(shouldEaseBack(0.5, true)).toBe(false);
});
