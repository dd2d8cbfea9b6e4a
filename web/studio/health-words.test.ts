import { expect, test } from "vitest";
import type { Health, KnownFinding } from "../../functions/record/show.ts";
import { healthWords, inOrder, unjudgedWords } from "./health-words.ts";

const NOW = 1_000_000_000;
const finding = (severity: KnownFinding["severity"], since = 0): KnownFinding => ({
  kind: "a",
  severity,
  measured: "",
  recommended: "",
  inObs: "",
  pipeline: "0",
  since,
});
const GOOD: Health = {
  judgedAt: NOW,
  isRunning: true,
  hasInput: true,
  hasInputMetrics: true,
  findings: [],
  mailed: 0,
};

test.each<[string, Health | null]>([
  ["Nothing has been measured yet.", null],
  ["The channel is off the air.", { ...GOOD, isRunning: false }],
  ["Nothing has been measured for minutes.", { ...GOOD, judgedAt: NOW - 300_000 }],
  [
    "Viewers see that something is wrong: 2 errors.",
    { ...GOOD, findings: [finding("error"), finding("error")] },
  ],
  [
    "Viewers see that something is wrong: one error.",
    { ...GOOD, findings: [finding("warning"), finding("error")] },
  ],
  ["Viewers may notice: one warning.", { ...GOOD, findings: [finding("warning"), finding("info")] }],
  ["Nothing is wrong with what comes in.", { ...GOOD, findings: [finding("info")] }],
  ["No publisher sends anything.", { ...GOOD, hasInput: false }],
])("it says: %s", (words, health) => {
  expect(healthWords(health, NOW)).toBe(words);
});

test("the worst is first, and of those the newest", () => {
  const [note, old, fresh, error] = [
    finding("info", 9),
    finding("warning", 1),
    finding("warning", 2),
    finding("error", 0),
  ];
  expect(inOrder([note, old, fresh, error])).toEqual([error, fresh, old, note]);
});

test("what MediaLive doesn't measure is said while it runs, with what to do instead", () => {
  expect(unjudgedWords({ ...GOOD, hasInputMetrics: false })).toMatch(/keyframes.*npm start/);
  for (const health of [null, GOOD, { ...GOOD, hasInputMetrics: false, isRunning: false }])
    expect(unjudgedWords(health)).toBe("");
});
