import { expect, test } from "vitest";
import { positionShown } from "./playback-watch.ts";

/** A media element at 30 s; `readyState` 3 can go on, 2 waits for more. */
function media({ readyState = 3, bufferedTo = 32 }): HTMLMediaElement {
  const buffered = { length: 1, start: () => 20, end: () => bufferedTo };
  return { currentTime: 30, readyState, buffered } as unknown as HTMLMediaElement;
}

test("a picture that can go on is where the media element says", () => {
  expect(positionShown(media({}))).toBe(30);
});

test("a picture that waits for more is nowhere, though something is buffered there", () => {
  expect(positionShown(media({ readyState: 2 }))).toBeNull();
});

test("nor is one whose buffer has run out, or that there isn't", () => {
  expect(positionShown(media({ bufferedTo: 30 }))).toBeNull();
  expect(positionShown(null)).toBeNull();
});
