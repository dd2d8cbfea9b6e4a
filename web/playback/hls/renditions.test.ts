import type Hls from "hls.js";
import { expect, test } from "vitest";
import { FakeHls } from "../../../test/doubles/hls.ts";
import { qualitiesOf, renditionAt, renditionsOf } from "./renditions.ts";

const video = FakeHls.level("https://cdn.test/v0.m3u8", 800_000);
const bare = {
  ...video,
  uri: "https://cdn.test/v1.m3u8",
  videoCodec: undefined,
  attrs: { decimalInteger: () => 9 },
};
const english = {
  url: "https://cdn.test/en.m3u8",
  name: "English",
  lang: "en",
  audioCodec: "mp4a",
  channels: "2",
};
const unnamed = { url: "https://cdn.test/xx.m3u8", name: "" };
const hls = {
  levels: [video, bare],
  allAudioTracks: [english, unnamed],
  audioTracks: [english],
} as unknown as Hls;

test("video renditions and audio tracks are known by their addresses and traits", () => {
  expect([...renditionsOf(hls)]).toEqual([
    {
      kind: "main",
      rendition: "https://cdn.test/v0.m3u8",
      traits: {
        bitrate: 800_001,
        codecs: "avc1",
        width: 640,
        height: 360,
        frameRate: "30.000",
        videoRange: "SDR",
      },
    },
    {
      kind: "main",
      rendition: "https://cdn.test/v1.m3u8",
      traits: { bitrate: 9, codecs: null, width: 640, height: 360, frameRate: null, videoRange: null },
    },
    {
      kind: "secondary",
      rendition: "https://cdn.test/en.m3u8",
      traits: { codecs: "mp4a", language: "en", channels: "2", name: "English" },
    },
    {
      kind: "secondary",
      rendition: "https://cdn.test/xx.m3u8",
      traits: { codecs: null, language: null, channels: null, name: "" },
    },
  ]);
});

test("a fragment's rendition is found by its type and index", () => {
  expect(renditionAt(hls, "main", 1)).toBe("https://cdn.test/v1.m3u8");
  expect(renditionAt(hls, "audio", 0)).toBe("https://cdn.test/en.m3u8");
});

test("what isn't there, or isn't video or audio, has no rendition", () => {
  expect(renditionAt(hls, "main", 2)).toBe("");
  expect(renditionAt(hls, "audio", 1)).toBe("");
  expect(renditionAt(hls, "subtitle", 0)).toBe("");
});

test("viewers choose among the video renditions", () => {
  expect(qualitiesOf(hls)[0]).toEqual({
    index: 0,
    width: 640,
    height: 360,
    bitsPerSecond: 800_000,
    framesPerSecond: 30,
  });
});
