import type { MediaFragment } from "hls.js";
import { expect, test } from "vitest";
import { segmentsOf } from "./hls-segments.ts";

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

test("a segment is named by its address, with its place in the stream", () => {
  expect(segmentsOf({ fragments: [plain as unknown as MediaFragment] })).toEqual([
    { url: "https://cdn.test/7.mp4", sequence: 7, startSeconds: 12, endSeconds: 14 },
  ]);
});

test("a part of a larger file and what the playlist calls a gap are left out", () => {
  const part = { ...plain, sn: 8, byteRange: [0, 1000] };
  const gap = { ...plain, sn: 9, gap: true, tagList: [["INF", "2"], ["GAP"]] };
  expect(sequencesOf(plain, part, gap)).toEqual([7]);
});

test("a segment that only hls.js takes for a gap can be asked for again", () => {
  expect(sequencesOf({ ...plain, gap: true })).toEqual([7]);
});
