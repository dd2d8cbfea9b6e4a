import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeFrameMedia, FakeMedia } from "../../../test/doubles/media.ts";
import { firstFrameShown } from "./first-frame.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Starts a wait. The returned function tells whether it is over after so many seconds. */
async function waitFor(media: FakeMedia | null, signal = new AbortController().signal) {
  let isOver = false;
  void firstFrameShown(media?.element ?? null, signal).then(() => {
    isOver = true;
  });
  return async (seconds = 0) => {
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    return isOver;
  };
}

test("the wait ends after the first frame", async () => {
  const media = new FakeFrameMedia();
  const isOver = await waitFor(media);
  media.emit("playing");
  expect(await isOver()).toBe(false);
  media.showFrame();
  expect(await isOver()).toBe(true);
});

test("without requestVideoFrameCallback the wait ends when playback starts", async () => {
  const media = new FakeMedia();
  const isOver = await waitFor(media);
  expect(await isOver()).toBe(false);
  media.emit("playing");
  expect(await isOver()).toBe(true);
});

test.each([
  ["a background tab", new FakeFrameMedia()],
  ["a player without an element", null],
])("%s waits for a second", async (_, media) => {
  const isOver = await waitFor(media);
  expect(await isOver(0.9)).toBe(false);
  expect(await isOver(0.1)).toBe(true);
});

test("a viewer who leaves ends the wait, and no timer is left", async () => {
  const leaving = new AbortController();
  const isOver = await waitFor(new FakeMedia(), leaving.signal);
  leaving.abort();
  expect(await isOver()).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
