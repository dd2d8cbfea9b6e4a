import { expect, test } from "vitest";
import { retryWords, troubleWords } from "./trouble-words.ts";

test.each(["offline", "not-started", "cdn-failing", "media-broken"] as const)(
  "%s says that nothing needs to be done",
  (kind) => {
    expect(troubleWords(kind).next).toMatch(/by itself|started again/);
  },
);

test("a browser that can't play is told which ones can", () => {
  expect(troubleWords("unsupported").next).toContain("Firefox");
});

test("the next try is counted in whole seconds, never as none", () => {
  expect([3.2, 1, 0.4, 0].map(retryWords)).toEqual([
    "Next try in 4 s",
    "Next try in 1 s",
    "Trying now",
    "Trying now",
  ]);
});

test("no next try, no word of it", () => {
  expect(retryWords(null)).toBe("");
});
