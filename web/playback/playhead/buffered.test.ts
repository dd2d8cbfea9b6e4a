import { expect, test } from "vitest";
import { FakeMedia } from "../../../test/doubles/media.ts";
import { playheadOf, secondsBuffered } from "./buffered.ts";

/** A media element at 30 s; `readyState` 3 can go on, 2 waits for more. */
function mediaWith(ranges: [number, number][], readyState = 3): HTMLMediaElement {
  const media = new FakeMedia();
  return Object.assign(media, { currentTime: 30, readyState, ranges }).element;
}

test("video that can go on is at the element's current time", () => {
  expect(playheadOf(mediaWith([[20, 32]]))).toBe(30);
});

test("video that waits for data has no playhead, though something is buffered there", () => {
  expect(playheadOf(mediaWith([[20, 32]], 2))).toBeNull();
});

test("nor has video whose buffer has run out, or no element at all", () => {
  expect(playheadOf(mediaWith([[20, 30]]))).toBeNull();
  expect(playheadOf(null)).toBeNull();
});

test("at the end of one range, the one that follows it counts", () => {
  const ranges: [number, number][] = [
    [20, 30.05],
    [30.08, 34],
  ];
  expect(playheadOf(mediaWith(ranges))).toBe(30);
});

test("what is buffered reaches from the playhead to the end of its range", () => {
  expect(
    secondsBuffered(
      mediaWith([
        [0, 5],
        [20, 32.5],
        [40, 50],
      ]),
    ),
  ).toBe(2.5);
});

test("a range that begins a little after the playhead counts, one further ahead doesn't", () => {
  expect(secondsBuffered(mediaWith([[30.1, 32]]))).toBe(2);
  expect(secondsBuffered(mediaWith([[30.2, 32]]))).toBe(0);
});

test("nothing is buffered without an element", () => {
  expect(secondsBuffered(null)).toBe(0);
});
