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

test("a rewind is on purpose, until a seek back to the furthest position played", () => {
  media.seeks(80);
  media.plays(82);
  media.seeks(90);
  expect(told).toEqual([true]);
  media.seeks(104);
  expect(told).toEqual([true, false]);
});

test("look() notices a rewind before the browser reports it, and it is reported once", () => {
  media.currentTime = 80;
  watching.look();
  expect(told).toEqual([true]);
  media.dispatchEvent(new Event("seeking"));
  watching.look();
  expect(told).toEqual([true]);
});

test("a rewind counts even if the browser reports the seek after it has ended", () => {
  media.plays(80);
  watching.look();
  expect(told).toEqual([true]);
});

test("a position that advanced without an event isn't a rewind", () => {
  media.dispatchEvent(new Event("pause"));
  media.currentTime = 110;
  watching.look();
  expect(told).toEqual([true]);
});

test("a seek that ends short of the furthest position played leaves the viewer behind", () => {
  media.seeks(80);
  media.seeks(99);
  expect(told).toEqual([true]);
});

test("positions reported while seeking don't count as played", () => {
  media.seeks(80);
  media.seeking = true;
  media.plays(200);
  media.seeking = false;
  media.seeks(104);
  expect(told).toEqual([true, false]);
});

test("a viewer who was already time-shifted is back after a jump forward", () => {
  watching.stop();
  watching = watch(true);
  media.seeks(110);
  expect(told).toEqual([false]);
});

test("the end of the stream isn't a pause", () => {
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

test("after stop() nothing is reported", () => {
  watching.stop();
  media.seeks(50);
  // As an element that was let go of starts over.
  media.currentTime = 0;
  watching.look();
  expect(told).toEqual([]);
});
