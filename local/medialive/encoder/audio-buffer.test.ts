import { expect, test } from "vitest";
import { AudioBuffer } from "./audio-buffer.ts";

const RATE = 1000;
const START = 1_790_000_000;
const FIRST = START * RATE;

const samples = (length: number, value: number) => new Float32Array(length).fill(value);
const readFrom = (buffer: AudioBuffer, sample: number, length: number) => {
  const channels = [new Float32Array(length)];
  buffer.read(FIRST + sample, channels);
  return [...(channels[0] ?? [])];
};

test("audio is read at the samples at which it is due, with silence around it", () => {
  const buffer = new AudioBuffer(1, RATE);
  buffer.write(START + 0.002, [samples(3, 0.5)]);
  expect(readFrom(buffer, 0, 7)).toEqual([0, 0, 0.5, 0.5, 0.5, 0, 0]);
});

test("what was read is forgotten", () => {
  const buffer = new AudioBuffer(1, RATE);
  buffer.write(START, [samples(3, 0.5)]);
  readFrom(buffer, 0, 3);
  expect(readFrom(buffer, 4000, 3)).toEqual([0, 0, 0]);
});

test("timestamps rounded to a millisecond leave neither gap nor overlap", () => {
  const buffer = new AudioBuffer(1, RATE);
  buffer.write(START, [samples(4, 0.25)]);
  buffer.write(START + 0.005, [samples(4, 0.5)]);
  buffer.write(START + 0.007, [samples(4, 0.75)]);
  expect(readFrom(buffer, 0, 12)).toEqual([...samples(4, 0.25), ...samples(4, 0.5), ...samples(4, 0.75)]);
});

test("a real gap stays silent", () => {
  const buffer = new AudioBuffer(1, RATE);
  buffer.write(START, [samples(2, 0.5)]);
  buffer.write(START + 0.1, [samples(2, 0.5)]);
  expect(readFrom(buffer, 0, 102).filter((sample) => sample !== 0)).toHaveLength(4);
});

test("what comes after its time is dropped, and the rest of it is heard", () => {
  const buffer = new AudioBuffer(1, RATE);
  readFrom(buffer, 0, 100);
  buffer.write(START + 0.098, [samples(4, 0.5)]);
  expect(readFrom(buffer, 100, 4)).toEqual([0.5, 0.5, 0, 0]);
});

test("mono audio is heard on both channels", () => {
  const buffer = new AudioBuffer(2, RATE);
  buffer.write(START, [samples(2, 0.5)]);
  const channels = [new Float32Array(2), new Float32Array(2)];
  buffer.read(FIRST, channels);
  expect(channels.map((channel) => [...channel])).toEqual([
    [0.5, 0.5],
    [0.5, 0.5],
  ]);
});
