import { expect, test } from "vitest";
import { segmentAt } from "../../test/doubles/stream.ts";
import {
  addProgress,
  beginTransfer,
  newDownload,
  newSegment,
  secondsToFinish,
  setSize,
  type Transfer,
  transferOf,
} from "./segment-state.ts";

const USUAL = 1_000;

/** A transfer that began at 0, with what came by then: pairs of time and bytes. */
function transfer(
  progress: readonly (readonly [at: number, bytes: number])[],
  totalBytes: number | null = null,
) {
  const download: Transfer = { ...newDownload(0), peerId: "ann", totalBytes };
  for (const [at, bytes] of progress)
    addProgress(download, bytes, { at, bytesBefore: 0, fromPeersBefore: 0 });
  return download;
}

test("without a byte there is no end in sight, nor after a standstill", () => {
  expect(secondsToFinish(transfer([]), USUAL, 1)).toBe(Number.POSITIVE_INFINITY);
  expect(secondsToFinish(transfer([[1, 500]]), USUAL, 1.8)).toBe(Number.POSITIVE_INFINITY);
});

test("what is missing of the usual size takes as long as so far", () => {
  expect(secondsToFinish(transfer([[1, 250]]), USUAL, 1)).toBe(3);
});

test("what comes within the same moment takes no time", () => {
  expect(secondsToFinish(transfer([[0, 250]]), USUAL, 0)).toBe(0);
});

test("what the peer says of the size counts more than the usual one", () => {
  expect(secondsToFinish(transfer([[1, 250]], 500), USUAL, 1)).toBe(1);
  expect(secondsToFinish(transfer([[1, 2_000]], 10_000), USUAL, 1)).toBe(4);
});

test("a transfer that exceeds the usual size isn't taken for done", () => {
  expect(secondsToFinish(transfer([[4, 4_000]]), USUAL, 4)).toBe(1);
});

test("a transfer whose end trickles is taken for as slow as it has become", () => {
  const trickling: [number, number][] = [
    [1, 990],
    [1.5, 1],
    [2, 1],
    [2.5, 1],
    [3, 1],
  ];
  expect(secondsToFinish(transfer(trickling, USUAL), USUAL, 3)).toBeGreaterThan(2);
});

test("what a peer sent before it named the size doesn't count", () => {
  const segment = newSegment(segmentAt(7), 0, true);
  setSize(segment, 500, 1);
  expect(transferOf(segment)).toBeNull();
  beginTransfer(segment, transfer([[0.5, 400]]));
  setSize(segment, 500, 1);
  expect(transferOf(segment)).toMatchObject({ bytes: 0, totalBytes: 500, startedAt: 0, peerId: "ann" });
});
