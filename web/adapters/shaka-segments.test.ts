import type shaka from "shaka-player";
import { expect, test } from "vitest";
import { dashRendition, liveSegments, sequenceInName } from "./shaka-segments.ts";

const IN = "https://live.example.com/out/v1/shoal/live/cmaf/";

test.each([
  ["segment_360p_1795222131.mp4", 1_795_222_131],
  ["segment_360p_7.m4s?token=9", 7],
  ["7.cmfv", 7],
  ["segment_7_hd.mp4", null],
  ["init.mp4", null],
])("the number of %s is %s", (name, sequence) => {
  expect(sequenceInName(IN + name)).toBe(sequence);
});

const reference = (name: string, start: number) => ({
  getUris: () => [IN + name],
  getStartTime: () => start,
  getEndTime: () => start + 2,
});
const streamWith = (segmentIndex: unknown) => ({ segmentIndex }) as unknown as shaka.extern.Stream;

test("the index's segments come with number and times, except those without a number", () => {
  const index = [reference("s_7.mp4", 14), null, reference("bumper.mp4", 16), reference("s_8.mp4", 18)];
  expect(liveSegments(streamWith(index), sequenceInName)).toEqual([
    { url: `${IN}s_7.mp4`, sequence: 7, startSeconds: 14, endSeconds: 16 },
    { url: `${IN}s_8.mp4`, sequence: 8, startSeconds: 18, endSeconds: 20 },
  ]);
});

test("a stream without an index has no segments yet", () => {
  expect(liveSegments(streamWith(null), sequenceInName)).toEqual([]);
});

test("a DASH rendition has a name, so that an otherwise equal HLS rendition is another swarm", () => {
  const stream = { originalId: "360p", bandwidth: 900_000, codecs: "avc1.4d401e", width: 640, height: 360 };
  expect(dashRendition("main", stream as shaka.extern.Stream)).toEqual({
    kind: "main",
    rendition: "dash-main-360p",
    traits: {
      bitrate: 900_000,
      codecs: "avc1.4d401e",
      width: 640,
      height: 360,
      frameRate: null,
      name: "dash",
    },
  });
});

test("a DASH rendition's frame rate is text, as in HLS", () => {
  const stream = { originalId: "360p", frameRate: 29.97 } as shaka.extern.Stream;
  expect(dashRendition("main", stream).traits).toMatchObject({ frameRate: "29.97" });
  expect(dashRendition("main", { originalId: "a" } as shaka.extern.Stream).traits.frameRate).toBeNull();
});
