import { expect, test } from "vitest";
import { playlistShape, shapeOfSegments } from "./playlist-shape.ts";

const live = [
  "#EXTM3U",
  "#EXT-X-TARGETDURATION:2",
  "#EXT-X-MEDIA-SEQUENCE:40",
  "#EXTINF:2.000,",
  "40.m4s",
  "#EXTINF:1.500,",
  "41.m4s",
].join("\n");

test("a live playlist has a segment length and a window", () => {
  expect(playlistShape(live)).toEqual({ segmentSeconds: 2, windowSeconds: 3.5 });
});

test("a playlist of renditions has neither", () => {
  expect(playlistShape("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv0.m3u8")).toBeNull();
});

test("a playlist without segments has none yet", () => {
  expect(playlistShape("#EXTM3U\n#EXT-X-TARGETDURATION:2")).toBeNull();
});

test("a stream that has ended isn't live", () => {
  expect(playlistShape(`${live}\n#EXT-X-ENDLIST`)).toBeNull();
});

const segment = (sequence: number, startSeconds: number, endSeconds: number) => ({
  url: `https://cdn.test/${sequence}.m4s`,
  sequence,
  startSeconds,
  endSeconds,
});

test("segments tell the longest of them and how far they reach", () => {
  const segments = [segment(7, 20, 22), segment(8, 22, 24.5), segment(9, 24.5, 26)];
  expect(shapeOfSegments(segments)).toEqual({ segmentSeconds: 2.5, windowSeconds: 6 });
});

test("no segments tell nothing", () => {
  expect(shapeOfSegments([])).toBeNull();
});
