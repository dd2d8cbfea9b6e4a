import { expect, test } from "vitest";
import { parseDetails } from "../../functions/record/event-details.ts";
import { countdownWords, coverWords, viewersWords } from "./event-words.ts";

const START = Date.parse("2026-12-01T19:00:00Z");
const at = (startsAt: string | null) => ({
  details: parseDetails({ title: "A concert", startsAt, address: "https://live.example.com/" }),
});
const event = at("2026-12-01T19:00:00Z");

test("before the start it says when, in the viewer's own time zone, and counts down", () => {
  expect(coverWords("waiting", event, START - 3_723_500, "en-GB", "Europe/Berlin")).toEqual({
    title: "Coming up",
    time: expect.stringMatching(/^Tuesday,? 1 December 2026 at 20:00 CET$/),
    countdown: "in 1:02:04",
  });
  expect(coverWords("waiting", event, START - 1, "en-US", "America/New_York").time).toMatch(
    /^Tuesday, December 1, 2026 at 2:00\sPM EST$/,
  );
  expect(coverWords("waiting", event, START - 1, "de-DE", "UTC").time).toMatch(
    /^Tuesday,? 1 December 2026 at 19:00 UTC$/,
  );
  expect(coverWords("waiting", event, START - 1, "en-GB").time).toMatch(/^\w+,? \d/);
});

test("once it is due it doesn't count below zero", () => {
  expect(coverWords("waiting", event, START, "en-GB")).toMatchObject({
    title: "Starts any moment",
    countdown: "",
  });
});

test("without a start, or without an event, it says what will happen", () => {
  const words = { title: "Not started yet", time: "The picture comes here by itself.", countdown: "" };
  expect(coverWords("waiting", at(null), START, "en")).toEqual(words);
  expect(coverWords("waiting", { details: null }, START, "en")).toEqual(words);
});

test("while the publisher is gone, and after the end", () => {
  expect(coverWords("back-soon", event, START, "en").title).toBe("Back soon");
  expect(coverWords("ended", event, START, "en")).toEqual({
    title: "This event has ended",
    time: "",
    countdown: "",
  });
});

test.each([
  [1, "in 0:01"],
  [59, "in 0:59"],
  [600, "in 10:00"],
  [3_600, "in 1:00:00"],
  [172_799, "in 47:59:59"],
  [172_800, "in 2 days"],
  [864_000, "in 10 days"],
])("%d seconds are said as %j", (seconds, words) => {
  expect(countdownWords(seconds)).toBe(words);
});

test("viewers are counted in words", () => {
  expect(viewersWords(1234, "en-GB")).toBe("1,234 watching");
  expect(viewersWords(1, "de")).toBe("1 watching");
  expect(viewersWords(null, "en")).toBe("");
});
