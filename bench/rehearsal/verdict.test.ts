import { expect, test } from "vitest";
import { type Seen, verdictOf } from "./verdict.ts";

const GOOD: Seen = {
  startSeconds: 1.2,
  delaySeconds: 12,
  watchedSeconds: 58,
  freezeSeconds: [],
  bytesFromPeers: 4e6,
  bytesFromCdn: 6e6,
};
const bad = (...viewers: Seen[]) => verdictOf(viewers).flatMap(({ what, isGood }) => (isGood ? [] : [what]));

test("a good rehearsal has nothing to change", () => {
  expect(bad(GOOD, GOOD)).toEqual([]);
  expect(verdictOf([GOOD, { ...GOOD, startSeconds: 2.04 }])).toEqual([
    { what: "Plays", measured: "for 2 of 2 viewers", isGood: true, change: "" },
    { what: "Start", measured: "2.0 s to the first frame at most", isGood: true, change: "" },
    { what: "Delay", measured: "12.0 s behind live at most", isGood: true, change: "" },
    { what: "Freezes", measured: "0, of 0.0 s together in 116 s watched", isGood: true, change: "" },
    { what: "From peers", measured: "40 % of the bytes", isGood: true, change: "" },
  ]);
});

test("each fault is found, and says what to change", () => {
  const dark: Seen = {
    startSeconds: null,
    delaySeconds: null,
    watchedSeconds: 0,
    freezeSeconds: [],
    bytesFromPeers: 0,
    bytesFromCdn: 0,
  };
  expect(bad(dark, dark)).toEqual(["Plays", "Start", "Delay", "Freezes", "From peers"]);
  expect(bad(GOOD, dark)).toEqual(["Plays"]);
  expect(bad({ ...GOOD, startSeconds: 4.1 }, GOOD)).toEqual(["Start"]);
  expect(bad({ ...GOOD, delaySeconds: 26 }, GOOD)).toEqual(["Delay"]);
  expect(bad({ ...GOOD, freezeSeconds: [0.6, 0.6] }, GOOD)).toEqual(["Freezes"]);
  expect(bad({ ...GOOD, freezeSeconds: [0.6] }, GOOD)).toEqual([]);
  expect(bad({ ...GOOD, bytesFromPeers: 0 }, { ...GOOD, bytesFromPeers: 0 })).toEqual(["From peers"]);
  for (const { isGood, change } of verdictOf([dark, GOOD])) expect(change === "").toBe(isGood);
  expect(verdictOf([dark])[0]?.change).toContain("npm run live -- status");
});

test("one viewer alone has nobody to share with", () => {
  expect(bad({ ...GOOD, bytesFromPeers: 0 })).toEqual([]);
});
