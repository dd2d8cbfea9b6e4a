import { expect, test } from "vitest";
import { errorWords, retryWords } from "./error-words.ts";

test.each(["offline", "not-started", "cdn-failing", "media-broken"] as const)(
  "%s tells the viewer that playback resumes automatically",
  (kind) => {
    expect(errorWords(kind).next).toMatch(/automatically/);
  },
);

test("a browser that can't play is told which ones can", () => {
  expect(errorWords("unsupported").next).toContain("Firefox");
});

test("who gets no ticket is told why", () => {
  expect(errorWords("ticket-refused", "link-full").title).toBe("This link is in use");
  expect(errorWords("ticket-refused", null).title).toBe("Your ticket isn't valid any more");
});

test("the countdown shows whole seconds and never 0 s", () => {
  expect([3.2, 1, 0.4, 0].map(retryWords)).toEqual([
    "Retrying in 4 s",
    "Retrying in 1 s",
    "Retrying now",
    "Retrying now",
  ]);
});

test("without a retry there is no countdown", () => {
  expect(retryWords(null)).toBe("");
});
