import { beforeEach, expect, test } from "vitest";
import { easeBack, shouldEaseBack } from "./ease-back.ts";

test("a picture at its delay, or further back, plays at its own pace", () => {
  expect(shouldEaseBack(0, false)).toBe(false);
  expect(shouldEaseBack(-3, false)).toBe(false);
});

test("what delays vary by from playlist to playlist is left alone", () => {
  expect(shouldEaseBack(2, false)).toBe(false);
});

test("a picture much nearer to live than it should be falls back", () => {
  expect(shouldEaseBack(2.1, false)).toBe(true);
});

test("once begun, it goes on until the delay is about reached", () => {
  expect(shouldEaseBack(0.6, true)).toBe(true);
  expect(shouldEaseBack(0.5, true)).toBe(false);
});

class Media extends EventTarget {
  playbackRate = 1;

  plays(): void {
    this.dispatchEvent(new Event("timeupdate"));
  }
}

let media: Media;
let nearerBySeconds: number | null;
let told: boolean[];
let stop: () => void;

beforeEach(() => {
  media = new Media();
  nearerBySeconds = 4;
  told = [];
  const target = media as unknown as HTMLMediaElement;
  stop = easeBack(
    target,
    () => nearerBySeconds,
    (isEasing) => told.push(isEasing),
  );
});

test("the pace is a tenth slower until the delay is reached, and then the stream's own", () => {
  media.plays();
  expect(media.playbackRate).toBe(0.9);
  nearerBySeconds = 0.4;
  media.plays();
  expect(media.playbackRate).toBe(1);
});

test("the beginning and the end are told once each", () => {
  media.plays();
  media.plays();
  nearerBySeconds = 0;
  media.plays();
  media.plays();
  expect(told).toEqual([true, false]);
});

test("after a stall the pace is slowed again", () => {
  media.plays();
  media.playbackRate = 1;
  media.plays();
  expect(media.playbackRate).toBe(0.9);
});

test("another's pace is left alone when there is nothing to gain", () => {
  nearerBySeconds = 0;
  media.playbackRate = 1.05;
  media.plays();
  expect(media.playbackRate).toBe(1.05);
});

test("a distance that isn't known, or is on purpose, slows nothing", () => {
  nearerBySeconds = null;
  media.plays();
  expect(media.playbackRate).toBe(1);
});

test("the way to stop gives the pace back", () => {
  media.plays();
  stop();
  media.plays();
  expect(media.playbackRate).toBe(1);
  expect(told).toEqual([true, false]);
});
