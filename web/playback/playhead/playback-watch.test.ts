import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeFrameMedia, FakeMedia } from "../../../test/doubles/media.ts";
import { StatsCounter } from "../stats.ts";
import { watchPlayback } from "./playback-watch.ts";

let stats: StatsCounter;
let firstFrames: number[];

beforeEach(() => {
  vi.useFakeTimers();
  stats = new StatsCounter();
  firstFrames = [];
});

afterEach(() => vi.useRealTimers());

const watch = (media: FakeMedia) =>
  watchPlayback(media.element, stats, (seconds) => firstFrames.push(seconds));
const read = () => stats.read(performance.now() / 1000);

/** A video whose first frame is on the screen. */
function playing(): { media: FakeFrameMedia; stop: () => void } {
  const media = new FakeFrameMedia();
  const stop = watch(media);
  media.showFrame();
  return { media, stop };
}

test("the first frame is timed from the start, and reported once", () => {
  const media = new FakeFrameMedia();
  watch(media);
  vi.advanceTimersByTime(700);
  media.showFrame();
  media.emit("loadeddata");
  expect(firstFrames).toEqual([0.7]);
  expect(read().firstFrameSeconds).toBe(0.7);
});

test("without requestVideoFrameCallback, loadeddata counts as the first frame", () => {
  const media = new FakeMedia();
  watch(media);
  vi.advanceTimersByTime(500);
  media.emit("loadeddata", "loadeddata");
  expect(firstFrames).toEqual([0.5]);
});

test("a frame after the end of watching isn't reported", () => {
  const media = new FakeFrameMedia();
  watch(media)();
  media.showFrame();
  expect(firstFrames).toEqual([]);
});

test("waiting for data is a stall until playback resumes", () => {
  const { media } = playing();
  media.emit("waiting");
  vi.advanceTimersByTime(2000);
  media.emit("playing");
  vi.advanceTimersByTime(2000);
  expect(read()).toMatchObject({ stalls: 1, stalledSeconds: 2 });
});

test("waiting before the first frame, while seeking or while paused isn't a stall", () => {
  const media = new FakeFrameMedia();
  watch(media);
  media.emit("waiting");
  media.showFrame();
  media.seeking = true;
  media.emit("waiting");
  media.seeking = false;
  media.paused = true;
  media.emit("waiting");
  expect(read().stalls).toBe(0);
});

test.each(["seeking", "pause", "ended"])("a stall is over with the event %s", (event) => {
  const { media } = playing();
  media.emit("waiting");
  vi.advanceTimersByTime(1000);
  media.emit(event);
  vi.advanceTimersByTime(1000);
  expect(read().stalledSeconds).toBe(1);
});

test("a stall is over when watching ends, and nothing is counted afterwards", () => {
  const { media, stop } = playing();
  media.emit("waiting");
  vi.advanceTimersByTime(1000);
  stop();
  media.emit("waiting");
  vi.advanceTimersByTime(1000);
  expect(read()).toMatchObject({ stalls: 1, stalledSeconds: 1 });
});
