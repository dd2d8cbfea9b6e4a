import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveSession } from "../playback/session.ts";
import { firstFrameOrError, startBehind, startPlaying } from "./start.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Video extends EventTarget {
  muted = false;
  readonly play = vi.fn(() => Promise.resolve());
}

const asVideo = (video: Video) => video as unknown as HTMLVideoElement;
const refusal = (name: string) => Promise.reject(new DOMException("", name));

function session() {
  const listeners: (() => void)[] = [];
  const on = (_event: string, listener: () => void) => listeners.push(listener);
  const seekBehindLive = vi.fn();
  return {
    seekBehindLive,
    fail: () => {
      for (const listener of listeners) listener();
    },
    asSession: { on, seekBehindLive } as unknown as LiveSession,
  };
}

test("a stream starts with audio where the browser allows it", async () => {
  const video = new Video();
  startPlaying(asVideo(video));
  await vi.runAllTimersAsync();
  expect([video.muted, video.play.mock.calls.length]).toEqual([false, 1]);
});

test("a stream starts muted where the browser refuses audio", async () => {
  const video = new Video();
  video.play.mockImplementationOnce(() => refusal("NotAllowedError"));
  startPlaying(asVideo(video));
  await vi.runAllTimersAsync();
  expect([video.muted, video.play.mock.calls.length]).toEqual([true, 2]);
});

test("a stream that is paused while it starts stays paused, and unmuted", async () => {
  const video = new Video();
  video.play.mockImplementationOnce(() => refusal("AbortError"));
  startPlaying(asVideo(video));
  await vi.runAllTimersAsync();
  expect([video.muted, video.play.mock.calls.length]).toEqual([false, 1]);
});

test("a stream that the browser refuses to start at all waits for a tap", async () => {
  const video = new Video();
  video.play.mockImplementation(() => refusal("NotAllowedError"));
  startPlaying(asVideo(video));
  await vi.runAllTimersAsync();
  expect(video.play).toHaveBeenCalledTimes(2);
});

test("the start behind live waits for the metadata", () => {
  const video = new Video();
  const { asSession, seekBehindLive } = session();
  startBehind(asSession, asVideo(video), 20);
  expect(seekBehindLive).not.toHaveBeenCalled();
  video.dispatchEvent(new Event("loadedmetadata"));
  expect(seekBehindLive).toHaveBeenCalledWith(20);
});

test.each(["a first frame", "an error", "a second and a half"])(
  "the controls load after %s",
  async (cause) => {
    const video = new Video();
    const { asSession, fail } = session();
    const resolved = vi.fn();
    void firstFrameOrError(asVideo(video), asSession, new AbortController().signal).then(resolved);
    await vi.advanceTimersByTimeAsync(1_400);
    expect(resolved).not.toHaveBeenCalled();
    if (cause === "a first frame") video.dispatchEvent(new Event("loadeddata"));
    else if (cause === "an error") fail();
    else vi.advanceTimersByTime(100);
    await vi.advanceTimersByTimeAsync(0);
    expect(resolved).toHaveBeenCalledOnce();
  },
);

test("a player that is destroyed leaves no timer", () => {
  const destroyed = new AbortController();
  void firstFrameOrError(asVideo(new Video()), session().asSession, destroyed.signal);
  destroyed.abort();
  expect(vi.getTimerCount()).toBe(0);
});
