import { expect, test } from "vitest";
import { InputMeter } from "./input-meter.ts";

/** A second of frames from this time on, with a keyframe first where it says so. */
function second(meter: InputMeter, fromMs: number, frames: number, startsWithKeyframe = false): void {
  for (let frame = 0; frame < frames; frame++)
    meter.video(frameOf(startsWithKeyframe && frame === 0), fromMs + (frame * 1000) / frames);
}

/** With an IDR unit if it is a keyframe, unless its GOP is open. */
function frameOf(isKeyframe: boolean, isOpen = false) {
  const data = Buffer.from([0, 0, 0, 1, isKeyframe && !isOpen ? 0x65 : 0x41]);
  return { kind: "frame", isKeyframe, compositionMilliseconds: 0, data } as const;
}

const AUDIO = { kind: "frame", data: Buffer.alloc(0) } as const;
const CONFIGURATION = { kind: "configuration", data: Buffer.from([1, 100, 0, 31, 0xff]) } as const;
const NOTHING = {
  framesPerSecond: 0,
  audioFramesPerSecond: 0,
  keyframeSeconds: null,
  openKeyframes: 0,
  audioAheadSeconds: null,
  profile: null,
};

test("the frame rate is by the frames' own times", () => {
  const meter = new InputMeter();
  second(meter, 0, 30);
  expect(meter.read().framesPerSecond).toBeCloseTo(30);
  // Two seconds of frames that came in one.
  second(meter, 1000, 30);
  second(meter, 2000, 30);
  expect(meter.read().framesPerSecond).toBeCloseTo(30);
  second(meter, 3000, 15);
  expect(meter.read().framesPerSecond).toBeLessThan(20);
});

test("while nothing comes there is no rate", () => {
  const meter = new InputMeter();
  expect(meter.read()).toEqual(NOTHING);
  second(meter, 0, 30);
  meter.read();
  expect(meter.read().framesPerSecond).toBe(0);
});

test("keyframes are told by the time between the last two", () => {
  const meter = new InputMeter();
  second(meter, 0, 30, true);
  expect(meter.read().keyframeSeconds).toBeNull();
  second(meter, 2000, 30, true);
  expect(meter.read().keyframeSeconds).toBe(2);
  expect(meter.read().keyframeSeconds).toBe(2);
  second(meter, 12_000, 30, true);
  expect(meter.read().keyframeSeconds).toBe(10);
});

test("audio is counted, and another publisher begins anew", () => {
  const meter = new InputMeter();
  for (let frame = 0; frame < 47; frame++) meter.audio(AUDIO, frame * 21);
  meter.audio(CONFIGURATION, 0);
  expect(meter.read().audioFramesPerSecond).toBe(47);
  second(meter, 0, 30, true);
  second(meter, 2000, 30, true);
  meter.reset();
  expect(meter.read()).toEqual(NOTHING);
});

test("keyframes of open GOPs are counted once the configuration tells how frames are wrapped", () => {
  const meter = new InputMeter();
  meter.video(frameOf(true, true), 0);
  expect(meter.read()).toMatchObject({ openKeyframes: 0, profile: null });
  meter.video(CONFIGURATION, 0);
  meter.video(frameOf(true, true), 1000);
  meter.video(frameOf(true), 2000);
  meter.video(frameOf(false), 2033);
  expect(meter.read()).toMatchObject({ openKeyframes: 1, profile: 100 });
  expect(meter.read()).toMatchObject({ openKeyframes: 0, profile: 100 });
});

test("how far the audio is ahead is by the publisher's clock", () => {
  const meter = new InputMeter();
  meter.audio(AUDIO, 1200);
  expect(meter.read().audioAheadSeconds).toBeNull();
  meter.video(frameOf(true), 1000);
  expect(meter.read().audioAheadSeconds).toBeCloseTo(0.2);
});
