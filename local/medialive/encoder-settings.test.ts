import { expect, test } from "vitest";
import { Value } from "../template/value.ts";
import { readTemplate } from "../template.ts";
import { keepRenditions, parseEncoderSettings } from "./encoder-settings.ts";

const videoDescription = (name: string, height: number, h264: object = {}) => ({
  Name: name,
  Width: (height * 16) / 9,
  Height: height,
  CodecSettings: {
    H264Settings: {
      Profile: "MAIN",
      QvbrQualityLevel: 7,
      MaxBitrate: "800000",
      FramerateNumerator: 30,
      FramerateDenominator: 1,
      GopSize: 2,
      GopSizeUnits: "SECONDS",
      GopNumBFrames: 2,
      ...h264,
    },
  },
});
const audioDescription = {
  Name: "audio",
  CodecSettings: { AacSettings: { Bitrate: 128000, CodingMode: "CODING_MODE_2_0", SampleRate: 48000 } },
};
const channel = (...video: object[]) =>
  new Value(
    { EncoderSettings: { VideoDescriptions: video, AudioDescriptions: [audioDescription] } },
    "LiveChannel.Properties",
  );

test("template.yaml's channel makes 720p and 360p with keyframes every two seconds", async () => {
  const template = await readTemplate();
  const settings = parseEncoderSettings(template.resource("LiveChannel").properties);
  expect(settings.video.map(({ width, height }) => `${width}x${height}`)).toEqual(["1280x720", "640x360"]);
  expect(settings.frameRate).toEqual({ numerator: 30, denominator: 1 });
  expect(settings.gopSeconds).toBe(2);
  expect(settings.audio).toEqual({ name: "audio", bitsPerSecond: 128000, sampleRate: 48000, channels: 2 });
});

test("the largest rendition comes first, however the template orders them", () => {
  const settings = parseEncoderSettings(channel(videoDescription("low", 360), videoDescription("high", 720)));
  expect(settings.video.map(({ name }) => name)).toEqual(["high", "low"]);
});

test("a GOP that is stated in frames is read in seconds", () => {
  const settings = parseEncoderSettings(
    channel(videoDescription("high", 720, { GopSize: 45, GopSizeUnits: "FRAMES" })),
  );
  expect(settings.gopSeconds).toBe(1.5);
});

test("renditions that would cut at different instants are refused by name", () => {
  const differing = channel(
    videoDescription("high", 720),
    videoDescription("low", 360, { FramerateNumerator: 25 }),
  );
  expect(() => parseEncoderSettings(differing)).toThrow(/high and low differ in frame rate/);
});

test("a missing setting is named by its path", () => {
  const { CodecSettings: _, ...incomplete } = videoDescription("high", 720);
  expect(() => parseEncoderSettings(channel(incomplete))).toThrow(
    /VideoDescriptions\[0\]\.CodecSettings\.H264Settings\.\w+ is missing/,
  );
});

test("an unknown profile is refused with those that are known", () => {
  expect(() =>
    parseEncoderSettings(channel(videoDescription("high", 720, { Profile: "HIGH_10BIT" }))),
  ).toThrow(/Profile is HIGH_10BIT, but must be one of BASELINE, MAIN, HIGH/);
});

test("a smaller machine keeps only the renditions that it names", () => {
  const settings = parseEncoderSettings(channel(videoDescription("high", 720), videoDescription("low", 360)));
  expect(keepRenditions(settings, ["low"]).video.map(({ name }) => name)).toEqual(["low"]);
  expect(() => keepRenditions(settings, ["4k"])).toThrow('no rendition "4k"; it has high, low');
});

test("a constant bit rate is the most there is", () => {
  const constant = videoDescription("high", 720, { MaxBitrate: undefined, Bitrate: 900_000 });
  expect(parseEncoderSettings(channel(constant)).video[0].maxBitsPerSecond).toBe(900_000);
});

test("a channel without a rendition, or without audio, is refused", () => {
  expect(() => parseEncoderSettings(channel())).toThrow("the ladder needs a rendition");
  const { raw } = channel(videoDescription("high", 720)).at("EncoderSettings");
  const mute = new Value({ EncoderSettings: { ...Object(raw), AudioDescriptions: [] } }, "LiveChannel");
  expect(() => parseEncoderSettings(mute)).toThrow("AudioDescriptions is empty: the channel needs one");
});

test("a smaller machine must keep at least one", () => {
  const settings = parseEncoderSettings(channel(videoDescription("high", 720), videoDescription("low", 360)));
  expect(() => keepRenditions(settings, [])).toThrow("Name at least one rendition of high, low");
});
