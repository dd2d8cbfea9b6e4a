import { expect, test } from "vitest";
import type { Rehearsal } from "../../functions/record/rehearsal.ts";
import { choiceWords, rehearsalWords } from "./rehearsal-words.ts";

const NOW = Date.parse("2026-11-30T19:00:00Z");
const BEGUN: Rehearsal = { viewers: 4, startedAt: NOW, endsAt: NOW + 64_000, points: null, failure: null };
const point = (isGood: boolean) => ({ what: "Plays", measured: "", isGood, change: "" });
const words = (last: Rehearsal | null, isUnderWay = false, now = NOW) =>
  rehearsalWords({ choices: [], canStart: true, last, isUnderWay }, now);

test("says how many come and what they cost, before they come", () => {
  const choice = { viewers: 8, command: "" };
  expect(choiceWords({ ...choice, dollars: null })).toMatch(/^8 browsers .* costs nothing\.$/);
  expect(choiceWords({ ...choice, dollars: 0.0181 })).toMatch(/costs \$0\.02 at most/);
});

test("counts down while it is under way", () => {
  expect(words(null)).toBe("");
  expect(words(BEGUN, true, NOW + 500)).toContain("by 4 viewers is under way: about 64 s to go.");
  expect(words(BEGUN, true, NOW + 70_000)).toContain("the verdict is on its way");
});

test("says what came of it", () => {
  expect(words({ ...BEGUN, points: [point(true), point(true)] })).toMatch(/it is ready for a show\.$/);
  expect(words({ ...BEGUN, points: [point(true), point(false)] })).toMatch(/One thing is to be changed\.$/);
  expect(words({ ...BEGUN, points: [point(false), point(false)] })).toMatch(/2 things are to be changed\.$/);
  expect(words({ ...BEGUN, failure: "No browser runs here." })).toMatch(/no verdict\. No browser runs/);
  expect(words(BEGUN)).toMatch(/no verdict came\. Was it interrupted\?$/);
});
