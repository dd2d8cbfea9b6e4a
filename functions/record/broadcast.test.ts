import { expect, test } from "vitest";
import { type Broadcast, hasPicture, parseBroadcast, standingOf } from "./broadcast.ts";

const LIVE: Broadcast = {
  isRunning: true,
  pipelines: 1,
  waiting: [],
  hadPicture: false,
  changedAt: 1_000_000,
  stateAt: 1_000_000,
  alertsAt: { "0": 1_000_000 },
};

test.each([
  ["runs", LIVE, true],
  ["waits for its publisher", { ...LIVE, waiting: ["0"] }, false],
  ["has one publisher for two pipelines", { ...LIVE, pipelines: 2, waiting: ["1"] }, true],
  ["has none for two", { ...LIVE, pipelines: 2, waiting: ["1", "0"] }, false],
  ["doesn't run", { ...LIVE, isRunning: false }, false],
])("whether viewers have a picture: the channel %s", (_, broadcast, expected) => {
  expect(hasPicture(broadcast)).toBe(expected);
});

const before = { startsAt: new Date(500_000).toISOString() };
const after = { startsAt: new Date(2_000_000).toISOString() };
const over = { ...LIVE, isRunning: false, hadPicture: true };

test.each([
  ["nobody has told anything", before, null, null],
  ["there is a picture", after, LIVE, "live"],
  ["the channel runs without a publisher yet", before, { ...LIVE, waiting: ["0"] }, "waiting"],
  ["the publisher is gone", before, { ...LIVE, waiting: ["0"], hadPicture: true }, "back-soon"],
  ["the channel was stopped after a picture", before, over, "ended"],
  ["likewise, without a start", { startsAt: null }, over, "ended"],
  ["likewise, without an event", null, over, "ended"],
  ["likewise, and the next event begins later", after, over, "waiting"],
  ["the channel was stopped without one", before, { ...over, hadPicture: false }, "waiting"],
] as const)("where the event stands: %s", (_, details, broadcast, expected) => {
  expect(standingOf(details, broadcast)).toBe(expected);
});

test("what was stored is read again, and nothing else", () => {
  expect(parseBroadcast(JSON.parse(JSON.stringify(LIVE)))).toEqual(LIVE);
  for (const broken of [
    null,
    {},
    { ...LIVE, waiting: "0" },
    { ...LIVE, alertsAt: null },
    { ...LIVE, stateAt: "x" },
  ])
    expect(() => parseBroadcast(broken)).toThrow("can't be read");
});
