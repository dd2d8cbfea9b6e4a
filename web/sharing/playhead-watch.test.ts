import { beforeEach, expect, test } from "vitest";
import { PlayheadWatch } from "./playhead-watch.ts";

const SEGMENT_SECONDS = 2;

let watch: PlayheadWatch;
let now: number;
let position: number;

beforeEach(() => {
  watch = new PlayheadWatch();
  now = 0;
  position = 100;
});

function looks(positionSeconds: number | null, bufferSeconds: number): string {
  watch.look({ now, positionSeconds, bufferSeconds, segmentSeconds: SEGMENT_SECONDS });
  return watch.state;
}

/** Plays with this buffer at the end, looked at four times a second. */
function plays(seconds: number, bufferSeconds = 4): string {
  for (let left = seconds; left > 0; left -= 0.25) {
    looks(position, bufferSeconds + left);
    now += 0.25;
    position += 0.25;
  }
  return looks(position, bufferSeconds);
}

/** Waits for data with this buffer. */
function waits(seconds: number, bufferSeconds = 0): string {
  for (let left = seconds; left > 0; left -= 0.25) {
    looks(null, bufferSeconds);
    now += 0.25;
  }
  return looks(null, bufferSeconds);
}

test("a video starts until it has played for a second", () => {
  expect(waits(1)).toBe("starting");
  expect(plays(0.75)).toBe("starting");
  expect(plays(0.25)).toBe("playing");
});

test("a video starts until it has half a segment buffered", () => {
  for (let look = 0; look < 8; look += 1) {
    expect(looks(position, 0.9)).toBe("starting");
    now += 0.25;
    position += 0.25;
  }
  expect(looks(position, 1)).toBe("playing");
});

test("a wait with an empty buffer is a freeze", () => {
  plays(3, 0.1);
  expect(waits(0.25)).toBe("frozen");
  expect(watch.positionSeconds).toBe(103);
  expect(plays(0.75)).toBe("frozen");
  expect(plays(0.25)).toBe("playing");
});

test("a wait at the start is no freeze", () => {
  plays(0.5, 0.1);
  expect(waits(1)).toBe("starting");
});

test("a wait with a buffer is the decoder's", () => {
  plays(3, 3);
  expect(waits(1, 3)).not.toBe("frozen");
});

test("more than a second buffered is enough, however long the segments", () => {
  const look = (positionSeconds: number | null) =>
    watch.look({ now, positionSeconds, bufferSeconds: 2.9, segmentSeconds: 6 });
  for (; now < 3; now += 0.25) watch.look({ now, positionSeconds: now, bufferSeconds: 5, segmentSeconds: 6 });
  look(now);
  expect(watch.state).toBe("playing");
  look(null);
  expect(watch.state).not.toBe("frozen");
});

test("a video that goes on after a long freeze wasn't paused", () => {
  plays(3, 0.1);
  waits(5);
  expect(looks(position, 2)).toBe("frozen");
});

test("a playhead that doesn't move is paused, and what happens then is no freeze", () => {
  plays(3, 0.2);
  now += 2;
  expect(looks(position, 0.2)).toBe("paused");
  expect(waits(1)).not.toBe("frozen");
});

test("a pause ends by playing on", () => {
  plays(3);
  now += 60;
  expect(looks(position, 4)).toBe("paused");
  expect(plays(0.25)).toBe("playing");
});

test.each([
  ["forward", 20],
  ["back", -20],
])("a seek %s is a new start", (_, seconds) => {
  plays(3);
  position += seconds;
  expect(looks(position, 4)).toBe("starting");
});

test("a wait for a seek is no freeze: the buffer was there before", () => {
  plays(3, 3);
  expect(waits(1)).toBe("starting");
});

test("a buffer that is flushed by a change of rendition is a new start", () => {
  plays(3, 5);
  expect(looks(position, 0)).toBe("starting");
  expect(waits(1)).toBe("starting");
});

test("a video that stutters stays frozen until it has played for a second", () => {
  plays(3, 0.1);
  expect(waits(1)).toBe("frozen");
  expect(plays(0.5, 0.1)).toBe("frozen");
  expect(waits(1)).toBe("frozen");
  expect(plays(1, 0.1)).toBe("playing");
  expect(waits(0.25)).toBe("frozen");
});

test("a pause ends a freeze", () => {
  plays(3, 0.1);
  waits(1);
  looks(position, 1);
  now += 2;
  expect(looks(position, 3)).toBe("paused");
});

test("a new start ends a freeze", () => {
  plays(3, 0.1);
  waits(1);
  watch.startAnew();
  expect(waits(1)).toBe("starting");
});

test("twice the playback rate is no seek", () => {
  plays(3);
  for (let look = 0; look < 8; look += 1) {
    now += 1;
    position += 2;
    expect(looks(position, 4)).toBe("playing");
  }
});

test("a page in the background, which looks once a second, plays", () => {
  plays(3, 1.2);
  now += 1;
  position += 1;
  looks(position, 0.2);
  now += 1;
  expect(looks(null, 0)).toBe("frozen");
});
