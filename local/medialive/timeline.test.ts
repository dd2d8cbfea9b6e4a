import fc from "fast-check";
import { expect, test } from "vitest";
import type { FrameRate } from "../encoded-stream.ts";
import type { EncoderSettings } from "./encoder-settings.ts";
import {
  audioFrameTime,
  firstAudioFrameOf,
  firstFrameOf,
  frameAt,
  frameTime,
  isFrameWorthEncoding,
  layTimeline,
  segmentOfFrame,
  segmentSeconds,
} from "./timeline.ts";

const settings = (frameRate: FrameRate, gopSeconds = 2): EncoderSettings => ({
  frameRate,
  gopSeconds,
  video: [
    {
      name: "720p",
      width: 1280,
      height: 720,
      maxBitsPerSecond: 3e6,
      quality: 7,
      profile: "high",
      consecutiveBFrames: 2,
    },
  ],
  audio: { name: "audio", bitsPerSecond: 128_000, sampleRate: 48_000, channels: 2 },
});
const THIRTY = { numerator: 30, denominator: 1 };
const NTSC = { numerator: 30_000, denominator: 1001 };
const now = 1_790_000_000;

test("a segment of two seconds at 30 frames a second is 60 frames, one GOP", () => {
  const timeline = layTimeline(settings(THIRTY), 2);
  expect(timeline).toMatchObject({ framesPerSegment: 60, framesPerGop: 60, videoTimescale: 30_000 });
  expect(segmentSeconds(timeline)).toBe(2);
});

test("a segment shorter than the encoder's GOP shortens the GOP", () => {
  expect(layTimeline(settings(THIRTY), 1)).toMatchObject({ framesPerSegment: 30, framesPerGop: 30 });
});

test("a segment longer than the encoder's GOP is a whole number of GOPs", () => {
  expect(layTimeline(settings(THIRTY), 5)).toMatchObject({ framesPerSegment: 150, framesPerGop: 50 });
});

test("every frame lasts a whole number of ticks at a fractional frame rate", () => {
  const timeline = layTimeline(settings(NTSC), 2);
  expect(timeline.ticksPerFrame / timeline.videoTimescale).toBe(1001 / 30_000);
  expect(timeline.framesPerSegment).toBe(60);
});

test("any instant lies in the frame that is found for it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(THIRTY, NTSC, { numerator: 25, denominator: 1 }),
      fc.double({ min: now, max: now + 1e6, noNaN: true }),
      (frameRate, instant) => {
        const timeline = layTimeline(settings(frameRate), 2);
        const frame = frameAt(timeline, instant);
        // A double holds today's epoch seconds to about 0.2 µs.
        expect(frameTime(timeline, frame)).toBeLessThanOrEqual(instant + 1e-6);
        expect(frameTime(timeline, frame + 1)).toBeGreaterThan(instant - 1e-6);
      },
    ),
  );
});

test("a segment's audio starts within one audio frame after its video", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(THIRTY, NTSC),
      fc.integer({ min: now / 2, max: now / 2 + 1e6 }),
      (frameRate, segment) => {
        const timeline = layTimeline(settings(frameRate), 2);
        const video = frameTime(timeline, firstFrameOf(timeline, segment));
        const late = audioFrameTime(timeline, firstAudioFrameOf(timeline, segment)) - video;
        expect(late).toBeGreaterThanOrEqual(-1e-6);
        expect(late).toBeLessThan(1024 / 48_000 + 1e-6);
      },
    ),
  );
});

test("an encoder in time encodes every frame", () => {
  const timeline = layTimeline(settings(THIRTY), 2);
  const encoded = Array.from({ length: 60 }, (_, frame) => isFrameWorthEncoding(timeline, frame, 0.1));
  expect(encoded.every(Boolean)).toBe(true);
});

test("a late encoder leaves out more frames the later it is, never the first or last of a segment", () => {
  const timeline = layTimeline(settings(THIRTY), 2);
  const count = (lag: number) =>
    Array.from({ length: 60 }, (_, frame) => isFrameWorthEncoding(timeline, frame, lag)).filter(Boolean)
      .length;
  expect(count(1)).toBe(31);
  expect(count(3)).toBe(16);
  const segment = segmentOfFrame(timeline, now * 30);
  expect(isFrameWorthEncoding(timeline, firstFrameOf(timeline, segment), 5)).toBe(true);
  expect(isFrameWorthEncoding(timeline, firstFrameOf(timeline, segment + 1) - 1, 5)).toBe(true);
});
