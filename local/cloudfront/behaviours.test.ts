import { expect, test } from "vitest";
import { matchesPattern } from "./behaviours.ts";

test.each([
  ["/out/v1/*", "/out/v1/shoal/live/index.m3u8", true],
  ["/out/v1/*", "/out/v1", false],
  ["/out/v1/*", "/OUT/v1/x", false],
  ["/tracker", "/tracker", true],
  ["/tracker", "/tracker/", false],
  ["tracker", "/tracker", true],
  ["*.m3u8", "/a/b.m3u8", true],
  ["*.m3u8", "/a/bxm3u8", false],
  ["/a?c", "/abc", true],
  ["/a?c", "/ac", false],
  ["*", "/anything", true],
])("%s and %s: %s", (pattern, path, expected) => {
  expect(matchesPattern(pattern, path)).toBe(expected);
});
