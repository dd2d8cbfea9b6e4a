import { expect, test } from "vitest";
import { type Situation, turnFor } from "./turn.ts";

const calm: Situation = {
  self: "-SH01sm-ann000000000",
  neighbours: ["-SH01sm-bob000000000"],
  isSettled: true,
  shares: true,
  segment: "1",
  isElected: true,
  prospects: {
    secondsSinceSeen: 0,
    secondsToNeed: 5,
    fetchSeconds: 0.2,
    handoverSeconds: 0.4,
    patience: 0,
  },
  transfer: null,
};

/** A segment for which ann comes before bob, and one for which she comes after. */
const hers = { ...calm, segment: segmentWhere((turn) => turn <= 0) };
const his = { ...calm, segment: segmentWhere((turn) => turn > 0) };

function segmentWhere(isRight: (turn: number) => boolean, situation = calm): string {
  for (let sequence = 0; sequence < 100; sequence += 1) {
    if (isRight(turnFor({ ...situation, segment: String(sequence) }).inSeconds)) return String(sequence);
  }
  throw new Error("No segment of a hundred fell that way");
}

test("the fetcher fetches at once", () => {
  expect(turnFor(hers)).toEqual({ inSeconds: 0, isHoldingBack: false });
});

test("a fetcher with patience says that it holds back", () => {
  const patient = { ...calm, prospects: { ...calm.prospects, patience: 1 } };
  const turn = turnFor({
    ...patient,
    segment: segmentWhere((inSeconds) => inSeconds > 0 && inSeconds < 2.4, patient),
  });
  expect(turn.inSeconds).toBeGreaterThan(0);
  expect(turn.isHoldingBack).toBe(true);
});

test("another's segment is waited for, nearly as long as the picture can wait", () => {
  expect(turnFor(his).inSeconds).toBeGreaterThan(2);
});

test("a viewer who only takes never fetches for others", () => {
  expect(turnFor({ ...hers, shares: false }).inSeconds).toBeGreaterThan(2);
});

test("what was there before the viewer came is left to those who hold it", () => {
  expect(turnFor({ ...hers, isElected: false }).inSeconds).toBeGreaterThan(2);
});

test("a line too slow to serve the others in time lets a backup do it", () => {
  expect(turnFor({ ...hers, prospects: { ...calm.prospects, fetchSeconds: 4 } }).inSeconds).toBeGreaterThan(
    2,
  );
});

test("however slow the line, the last moment comes while there is time left", () => {
  const slow = {
    ...hers,
    prospects: { ...calm.prospects, fetchSeconds: 60, secondsSinceSeen: 3, secondsToNeed: 2 },
  };
  expect(turnFor(slow).inSeconds).toBeLessThanOrEqual(0);
});

test("alone, a settled viewer fetches at once", () => {
  expect(turnFor({ ...calm, neighbours: [] }).inSeconds).toBe(0);
});

test("alone but new, it waits for connections as long as the picture allows", () => {
  const turn = turnFor({ ...calm, neighbours: [], isSettled: false });
  expect(turn.inSeconds).toBeGreaterThan(3);
  expect(turn.isHoldingBack).toBe(false);
});

test("a segment that the picture waits for is fetched at once, whoever's it is", () => {
  expect(
    turnFor({ ...his, prospects: { ...calm.prospects, secondsToNeed: 0 } }).inSeconds,
  ).toBeLessThanOrEqual(0);
});

test("a transfer that will end in time is let run, and looked at again soon", () => {
  const prospects = { ...calm.prospects, secondsToNeed: 0.95 };
  const transfer = { bytes: 90_000, expectedBytes: 100_000, seconds: 0.9 };
  const turn = turnFor({ ...his, prospects, transfer });
  expect(turn.inSeconds).toBeGreaterThan(0);
  expect(turn.inSeconds).toBeLessThan(0.5);
});

test("a transfer that crawls doesn't hold the fetch up", () => {
  const prospects = { ...calm.prospects, secondsToNeed: 0.95 };
  const transfer = { bytes: 10_000, expectedBytes: 100_000, seconds: 2 };
  expect(turnFor({ ...his, prospects, transfer }).inSeconds).toBeLessThanOrEqual(0);
});

test("a transfer without a first byte promises nothing", () => {
  const prospects = { ...calm.prospects, secondsToNeed: 0.95 };
  const transfer = { bytes: 0, expectedBytes: 100_000, seconds: 0.1 };
  expect(turnFor({ ...his, prospects, transfer }).inSeconds).toBeLessThanOrEqual(0);
});
