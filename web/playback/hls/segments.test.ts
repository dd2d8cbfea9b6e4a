import type { MediaFragment } from "hls.js";
import { expect, test } from "vitest";
import { segmentsOf } from "./segments.ts";

const plain = {
  url: "https://cdn.test/7.mp4",
  sn: 7,
  start: 12,
  end: 14,
  byteRange: [],
  tagList: [["INF", "2"]],
};

function sequencesOf(...fragments: object[]): number[] {
  return segmentsOf({ fragments: fragments as MediaFragment[] }).map(({ sequence }) => sequence);
}

test("a segment has its address, media sequence number and times", () => {
  expect(segmentsOf({ fragments: [plain as unknown as MediaFragment] })).toEqual([
    { url: "https://cdn.test/7.mp4", sequence: 7, startSeconds: 12, endSeconds: 14 },
  ]);
});

test("byte ranges and segments that the playlist marks as gaps are left out", () => {
  const part = { ...plain, sn: 8, byteRange: [0, 1000] };
  const gap = { ...plain, sn: 9, gap: true, tagList: [["INF", "2"], ["GAP"]] };
  expect(sequencesOf(plain, part, gap)).toEqual([7]);
});

test("a segment that only hls.js marks as a gap is kept", () => {
  expect(sequencesOf({ ...plain, gap: true })).toEqual([7]);
});
