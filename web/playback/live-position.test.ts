import { expect, test } from "vitest";
import { isAtLive, positionBehindLive } from "./live-position.ts";

const delayed = (delaySeconds: number) => ({ delaySeconds, targetDelaySeconds: 6, segmentSeconds: 4 });

test("a viewer is at live within two segments of the target delay", () => {
  expect(isAtLive(delayed(13.9))).toBe(true);
  expect(isAtLive(delayed(14))).toBe(false);
});

test("segments of unknown length count as two seconds", () => {
  expect(isAtLive({ ...delayed(9.9), segmentSeconds: undefined })).toBe(true);
  expect(isAtLive({ ...delayed(10), segmentSeconds: undefined })).toBe(false);
});

test("an unknown delay or target counts as live", () => {
  expect(isAtLive({ ...delayed(99), delaySeconds: undefined })).toBe(true);
  expect(isAtLive({ ...delayed(99), targetDelaySeconds: null })).toBe(true);
});

const seekable = { startSeconds: 100, liveSeconds: 160 };

test("a rewind counts from the live position", () => {
  expect(positionBehindLive(seekable, 20)).toBe(140);
});

test("a rewind ends a second after the window begins, and never goes beyond live", () => {
  expect(positionBehindLive(seekable, 500)).toBe(101);
  expect(positionBehindLive(seekable, -5)).toBe(160);
});
