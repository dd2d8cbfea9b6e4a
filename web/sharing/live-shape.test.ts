import { expect, test } from "vitest";
import { segmentsFrom } from "../../test/doubles/stream.ts";
import { UNKNOWN_DOWNLINK } from "./geometry.ts";
import { LiveShape } from "./live-shape.ts";

const playlist = (seconds: number) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:${seconds}\n${`#EXTINF:${seconds},\nx.m4s\n`.repeat(15)}`;

test("before a playlist the delay is three segments of two seconds, or what was wished", () => {
  expect(new LiveShape(null).geometry(UNKNOWN_DOWNLINK).delaySeconds).toBe(6);
  expect(new LiveShape(9).geometry(UNKNOWN_DOWNLINK).delaySeconds).toBe(9);
  expect(new LiveShape(null)).toMatchObject({ isKnown: false, segmentSeconds: 0 });
});

test("an HLS playlist's text tells the shape, and its segments no longer do", () => {
  const shape = new LiveShape(null);
  shape.readText(playlist(4));
  expect(shape.readSegments(segmentsFrom(0, 15))).toBe(false);
  expect(shape.segmentSeconds).toBe(4);
  expect(shape.geometry(UNKNOWN_DOWNLINK).delaySeconds).toBeGreaterThanOrEqual(12);
});

test("a multivariant playlist says nothing", () => {
  const shape = new LiveShape(null);
  shape.readText("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv0.m3u8\n");
  expect(shape.isKnown).toBe(false);
  shape.readText(playlist(4));
  shape.readText("#EXTM3U\n");
  expect(shape.segmentSeconds).toBe(4);
});

test("where no text tells it, as in DASH, the segments do, while there are any", () => {
  const shape = new LiveShape(null);
  expect(shape.readSegments(segmentsFrom(0, 15))).toBe(true);
  expect(shape.readSegments([])).toBe(false);
  expect(shape).toMatchObject({ isKnown: true, segmentSeconds: 2 });
});
