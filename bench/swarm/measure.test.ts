import { expect, test } from "vitest";
import type { Fetched } from "./edge.ts";
import { copiesOf, median, waysOf } from "./measure.ts";

const fetch = (viewer: number, path: string, at: number): Fetched => ({
  viewer,
  path,
  at,
  status: 200,
  bytes: 1,
});

test("copies are fetches by segment, of segments first fetched in the time that is measured", () => {
  const fetched = [
    fetch(0, "/v0/1.m4s", 5),
    fetch(1, "/v0/1.m4s", 11),
    fetch(0, "/v0/2.m4s", 12),
    fetch(1, "/v0/2.m4s", 25),
    fetch(0, "/a/2.m4s", 13),
    fetch(0, "/a/3.m4s", 21),
  ];
  expect(copiesOf(fetched, 10, 20)).toEqual({ copies: 1.5, segments: 2 });
});

test("playlists and initialization segments are no segments", () => {
  const fetched = [fetch(0, "/v0/index.m3u8", 1), fetch(0, "/v0/init.mp4", 1)];
  expect(copiesOf(fetched, 0, 10)).toEqual({ copies: 0, segments: 0 });
});

test("a segment's way goes from its first holder to each other viewer", () => {
  const held = (viewer: number, sequence: number, at: number) => ({
    rendition: `http://viewer-${viewer}.localhost/v0/index.m3u8`,
    sequence,
    source: "peers" as const,
    at,
  });
  const reports = [
    { segments: [held(0, 1, 1000), held(0, 2, 3500)] },
    { segments: [held(1, 1, 1200), held(1, 2, 3000)] },
    { segments: [held(2, 1, 1900), held(2, 3, 9000)] },
  ];
  expect(waysOf(reports, 0, 5000)).toEqual([0.2, 0.9, 0.5]);
  expect(waysOf(reports, 2000, 5000)).toEqual([0.5]);
});

test("the median of an even number lies between the two in the middle", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
  expect(() => median([])).toThrow();
});
