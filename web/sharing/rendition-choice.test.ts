import { expect, test } from "vitest";
import { nextRendition, type RenditionState } from "./rendition-choice.ts";

const settled: RenditionState = {
  ladder: [600_000, 1_500_000, 4_000_000],
  current: 1,
  suggested: 1,
  peers: 5,
  secondsSinceSwitch: 60,
  throughputBitsPerSecond: 3_000_000,
  bufferSeconds: 6,
  segmentSeconds: 2,
};

test("a viewer in a swarm stays where adaptation is content", () => {
  expect(nextRendition(settled)).toBe(1);
});

test("before anything plays, adaptation decides", () => {
  expect(nextRendition({ ...settled, current: -1, suggested: 2 })).toBe(2);
});

test("a step down is put off while peers keep the buffer full", () => {
  expect(nextRendition({ ...settled, suggested: 0 })).toBe(1);
});

test("a step down is taken when the buffer runs low", () => {
  expect(nextRendition({ ...settled, suggested: 0, bufferSeconds: 2 })).toBe(0);
});

test("a viewer alone steps down as adaptation says", () => {
  expect(nextRendition({ ...settled, suggested: 0, peers: 0 })).toBe(0);
});

test("a step up needs a line with a good margin", () => {
  expect(nextRendition({ ...settled, suggested: 2, throughputBitsPerSecond: 5_000_000 })).toBe(1);
  expect(nextRendition({ ...settled, suggested: 2, throughputBitsPerSecond: 6_000_000 })).toBe(2);
});

test("a step up waits until the last one has settled", () => {
  const able = { ...settled, suggested: 2, throughputBitsPerSecond: 9_000_000 };
  expect(nextRendition({ ...able, secondsSinceSwitch: 14 })).toBe(1);
  expect(nextRendition({ ...able, secondsSinceSwitch: 15 })).toBe(2);
});

test("where the top is too much, the step between is taken", () => {
  expect(nextRendition({ ...settled, current: 0, suggested: 2 })).toBe(1);
});

test("nothing is known of the line: no step up", () => {
  expect(nextRendition({ ...settled, suggested: 2, throughputBitsPerSecond: null })).toBe(1);
});

test("a viewer alone steps up as adaptation says, and no further", () => {
  const lone = { ...settled, peers: 0, secondsSinceSwitch: 1, throughputBitsPerSecond: 9_000_000 };
  expect(nextRendition(lone)).toBe(1);
  expect(nextRendition({ ...lone, suggested: 2 })).toBe(2);
});
