import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { InitSegments, RatedSegment } from "../encoded-stream.ts";
import { InputSwitch } from "./input-switch.ts";

/** What was forwarded: segments as `number from input`, and init segments as `init of input`. */
let forwarded: string[];
let inputs: InputSwitch;

const initOf = (input: number): InitSegments => new Map([["360p", new Uint8Array([input])]]);
const open = (byQuality = true) =>
  new InputSwitch({
    byQuality,
    onInit: (init) => forwarded.push(`init of ${init.get("360p")?.[0]}`),
    onSegment: ({ segment, fragments }) =>
      forwarded.push(`${segment} from ${fragments.get("360p")?.bytes[0]}`),
  });

/** A segment that tells its input by its only byte. */
function make(input: 0 | 1, segment: number, quality: number): RatedSegment {
  const fragment = { rendition: "360p", segment, startSeconds: 2 * segment, durationSeconds: 2 };
  const bytes = new Uint8Array([input]);
  return { segment, quality, fragments: new Map([["360p", { ...fragment, bytes }]]) };
}
const send = (input: 0 | 1, segment: number, quality = 100) =>
  inputs.receiveSegment(input, make(input, segment, quality));

beforeEach(() => {
  vi.useFakeTimers();
  forwarded = [];
  inputs = open();
  inputs.receiveInit(0, initOf(0));
  inputs.receiveInit(1, initOf(1));
});
afterEach(() => {
  vi.useRealTimers();
});

test("of two good inputs the first is forwarded at once, and the other's twins are dropped", () => {
  send(0, 1);
  send(1, 1);
  send(1, 2);
  send(0, 2);
  expect(forwarded).toEqual(["init of 0", "1 from 0", "2 from 0"]);
});

test("the better twin is forwarded, and its input from then on", () => {
  send(0, 1);
  send(0, 2, 0);
  expect(forwarded).toHaveLength(2);
  send(1, 2);
  send(0, 3);
  send(1, 3);
  expect(forwarded).toEqual(["init of 0", "1 from 0", "init of 1", "2 from 1", "3 from 1"]);
});

test("an input that falls silent is left after a moment, without a gap", () => {
  send(0, 1);
  send(1, 2);
  expect(forwarded).toHaveLength(2);
  vi.advanceTimersByTime(300);
  send(1, 3);
  expect(forwarded).toEqual(["init of 0", "1 from 0", "init of 1", "2 from 1", "3 from 1"]);
});

test("a poor segment is better than none", () => {
  send(0, 1, 0);
  vi.advanceTimersByTime(300);
  expect(forwarded).toEqual(["init of 0", "1 from 0"]);
});

test("a twin that comes after its number was forwarded is dropped, however good", () => {
  send(0, 1, 0);
  vi.advanceTimersByTime(300);
  send(1, 1);
  expect(forwarded).toEqual(["init of 0", "1 from 0"]);
});

test("numbers rise: a segment that waits goes before a later one", () => {
  send(1, 1);
  send(0, 2);
  expect(forwarded).toEqual(["init of 1", "1 from 1", "init of 0", "2 from 0"]);
});

test("a new encoding session of the input in use announces itself before its first segment", () => {
  send(0, 1);
  const again = initOf(7);
  inputs.receiveInit(0, again);
  send(0, 2);
  expect(forwarded).toEqual(["init of 0", "1 from 0", "init of 7", "2 from 0"]);
});

test("an input with the same init segments takes over without announcing them again", () => {
  inputs.receiveInit(1, initOf(0));
  send(0, 1);
  send(1, 2);
  vi.advanceTimersByTime(300);
  expect(forwarded).toEqual(["init of 0", "1 from 0", "2 from 1"]);
});

test("init segments of another rendition aren't the same", () => {
  inputs.receiveInit(1, new Map([["540p", new Uint8Array([0])]]));
  send(0, 1);
  send(1, 2);
  vi.advanceTimersByTime(300);
  expect(forwarded).toEqual(["init of 0", "1 from 0", "init of undefined", "2 from 1"]);
});

test("without switching by quality the input is changed only when it falls silent", () => {
  inputs = open(false);
  send(0, 1, 0);
  send(1, 1);
  send(1, 2);
  vi.advanceTimersByTime(300);
  expect(forwarded).toEqual(["1 from 0", "2 from 1"]);
});

test("after it is closed nothing is forwarded", () => {
  send(1, 1);
  inputs.close();
  vi.advanceTimersByTime(300);
  expect(forwarded).toEqual([]);
});
