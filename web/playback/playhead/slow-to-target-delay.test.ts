import { beforeEach, expect, test } from "vitest";
import { shouldSlowDown, slowToTargetDelay } from "./slow-to-target-delay.ts";

test("at the target delay, or further back, playback isn't slowed", () => {
  expect(shouldSlowDown(0, false)).toBe(false);
  expect(shouldSlowDown(-3, false)).toBe(false);
});

test("a difference as small as between two playlists doesn't slow playback", () => {
  expect(shouldSlowDown(2, false)).toBe(false);
});

test("a playhead much too near to live slows playback", () => {
  expect(shouldSlowDown(2.1, false)).toBe(true);
});

test("once slowed, playback stays slow until the target delay is nearly reached", () => {
  expect(shouldSlowDown(0.6, true)).toBe(true);
  expect(shouldSlowDown(0.5, true)).toBe(false);
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
  stop = slowToTargetDelay(
    target,
    () => nearerBySeconds,
    (isSlow) => told.push(isSlow),
  );
});

test("the playback rate is 0.9 until the target delay is reached, then 1", () => {
  media.plays();
  expect(media.playbackRate).toBe(0.9);
  nearerBySeconds = 0.4;
  media.plays();
  expect(media.playbackRate).toBe(1);
});

test("the start and the end are reported once each", () => {
  media.plays();
  media.plays();
  nearerBySeconds = 0;
  media.plays();
  media.plays();
  expect(told).toEqual([true, false]);
});

test("after a stall playback is slowed again", () => {
  media.plays();
  media.playbackRate = 1;
  media.plays();
  expect(media.playbackRate).toBe(0.9);
});

test("a playback rate set by somebody else is left alone at the target delay", () => {
  nearerBySeconds = 0;
  media.playbackRate = 1.05;
  media.plays();
  expect(media.playbackRate).toBe(1.05);
});

test("an unknown or intended difference slows nothing", () => {
  nearerBySeconds = null;
  media.plays();
  expect(media.playbackRate).toBe(1);
});

test("the returned function restores the playback rate", () => {
  media.plays();
  stop();
  media.plays();
  expect(media.playbackRate).toBe(1);
  expect(told).toEqual([true, false]);
});
