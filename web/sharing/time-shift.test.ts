import { beforeEach, expect, test } from "vitest";
import { type TimeShiftWatch, watchTimeShift } from "./time-shift.ts";

class Media extends EventTarget {
  currentTime = 100;
  seeking = false;
  ended = false;

  plays(to: number): void {
    this.currentTime = to;
    this.dispatchEvent(new Event("timeupdate"));
  }

  seeks(to: number): void {
    this.seeking = true;
    this.currentTime = to;
    this.dispatchEvent(new Event("seeking"));
    this.seeking = false;
  }
}

let media: Media;
let told: boolean[];
let watching: TimeShiftWatch;

function watch(isShiftedAlready: boolean): TimeShiftWatch {
  const target = media as unknown as HTMLMediaElement;
  return watchTimeShift(target, isShiftedAlready, (isShifted) => told.push(isShifted));
}

beforeEach(() => {
  media = new Media();
  told = [];
  watching = watch(false);
  media.plays(101);
});

test("a viewer who goes back is behind on purpose, until a return to where the picture had been", () => {
  media.seeks(80);
  media.plays(82);
  media.seeks(90);
  expect(told).toEqual([true]);
  media.seeks(104);
  expect(told).toEqual([true, false]);
});

test("who has just gone back is behind on purpose before the browser tells of it, and is told once", () => {
  media.currentTime = 80;
  watching.look();
  expect(told).toEqual([true]);
  media.dispatchEvent(new Event("seeking"));
  watching.look();
  expect(told).toEqual([true]);
});

test("who went back is behind on purpose also where the browser tells of the seek after it has ended", () => {
  media.plays(80);
  watching.look();
  expect(told).toEqual([true]);
});

test("a picture that is told of late has not been moved by anyone", () => {
  media.dispatchEvent(new Event("pause"));
  media.currentTime = 110;
  watching.look();
  expect(told).toEqual([true]);
});

test("a seek that ends short of where the picture had been leaves the viewer behind", () => {
  media.seeks(80);
  media.seeks(99);
  expect(told).toEqual([true]);
});

test("where the picture passes through while it seeks isn't where it had been", () => {
  media.seeks(80);
  media.seeking = true;
  media.plays(200);
  media.seeking = false;
  media.seeks(104);
  expect(told).toEqual([true, false]);
});

test("one who was behind on purpose before is back after a jump forward", () => {
  watching.stop();
  watching = watch(true);
  media.seeks(110);
  expect(told).toEqual([false]);
});

test("the end of the stream is no pause", () => {
  media.ended = true;
  media.dispatchEvent(new Event("pause"));
  expect(told).toEqual([]);
});

test("a pause is on purpose", () => {
  media.dispatchEvent(new Event("pause"));
  expect(told).toEqual([true]);
});

test("falling behind, a nudge of the decoder and a jump to live are not", () => {
  media.plays(102);
  media.seeks(101.9);
  media.seeks(110);
  expect(told).toEqual([]);
});

test("after the way to stop, nothing is told", () => {
  watching.stop();
  media.seeks(50);
  // As an element that was let go of starts over.
  media.currentTime = 0;
  watching.look();
  expect(told).toEqual([]);
});
