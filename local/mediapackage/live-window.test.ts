import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addSegment,
  emptyWindow,
  type LiveWindow,
  newest,
  type Part,
  parseWindow,
  partOf,
  resumeWindow,
  retire,
  sinceLastReset,
} from "./live-window.ts";

const NOW = 1_790_000_000;
const SECONDS = 2;

/** The parts of a segment that starts here: two seconds of video, and audio that starts a little later. */
const partsAt = (startSeconds: number, init = "init.mp4"): Record<string, Part> => ({
  video: { startSeconds, durationSeconds: SECONDS, file: `v${startSeconds}.mp4`, initFile: init },
  audio: {
    startSeconds: startSeconds + 0.005,
    durationSeconds: SECONDS,
    file: `a${startSeconds}.mp4`,
    initFile: init,
  },
});
const windowOf = (...starts: number[]): LiveWindow =>
  starts.reduce((window, start) => addSegment(window, partsAt(start)), emptyWindow(NOW));
const breaks = (window: LiveWindow) => window.segments.map(({ isDiscontinuous }) => isDiscontinuous);

test("numbers start at the clock's seconds and rise by one", () => {
  expect(windowOf(NOW, NOW + 2, NOW + 4).segments.map(({ sequence }) => sequence)).toEqual([
    NOW,
    NOW + 1,
    NOW + 2,
  ]);
});

test("segments that follow each other are not discontinuous", () => {
  expect(breaks(windowOf(NOW, NOW + 2, NOW + 4))).toEqual([false, false, false]);
});

test("a hole in time makes the segment after it discontinuous, and its number goes on", () => {
  const window = windowOf(NOW, NOW + 2, NOW + 60);
  expect(breaks(window)).toEqual([false, false, true]);
  expect(window.segments.at(-1)?.sequence).toBe(NOW + 2);
  expect(window.segments.at(-1)?.discontinuities).toBe(1);
});

test("a clock that was set back makes a discontinuity", () => {
  expect(breaks(windowOf(NOW, NOW - 100))).toEqual([false, true]);
});

test("another coding makes a discontinuity even when time goes on", () => {
  const window = addSegment(windowOf(NOW), partsAt(NOW + 2, "other.mp4"));
  expect(breaks(window)).toEqual([false, true]);
});

test("the listed window holds at least the asked seconds and not a segment more than it takes", () => {
  const { segments } = windowOf(...Array.from({ length: 40 }, (_, index) => NOW + 2 * index));
  expect(newest(segments, 30)).toHaveLength(15);
  expect(newest(segments, 31)).toHaveLength(16);
});

test("a segment that left the list is kept as long as a playlist that still listed it lasts", () => {
  const window = windowOf(...Array.from({ length: 40 }, (_, index) => NOW + 2 * index));
  const { window: kept, retired } = retire(window, 20);
  expect(kept.segments).toHaveLength(21);
  expect(retired).toHaveLength(19);
  expect(retired.at(-1)?.sequence).toBe(NOW + 18);
});

test("a channel that comes back soon goes on with its list and numbers, after a discontinuity", () => {
  const saved = windowOf(NOW, NOW + 2);
  const resumed = resumeWindow(saved, ["video", "audio"], 60, NOW + 10);
  const window = addSegment(resumed, partsAt(NOW + 12));
  expect(window.segments.map(({ sequence }) => sequence)).toEqual([NOW, NOW + 1, NOW + 2]);
  expect(breaks(window)).toEqual([false, false, true]);
});

test("a channel that comes back late, or with other renditions, starts a new list with higher numbers", () => {
  const saved = windowOf(NOW, NOW + 2);
  for (const resumed of [
    resumeWindow(saved, ["video", "audio"], 60, NOW + 1000),
    resumeWindow(saved, ["video", "video2", "audio"], 60, NOW + 10),
  ]) {
    expect(resumed.segments).toEqual([]);
    const window = addSegment(resumed, partsAt(NOW + 1000));
    expect(window.segments[0]?.sequence).toBeGreaterThan(NOW + 1);
  }
});

test("numbers never go back, whatever stops, holes and lost folders happen", () => {
  const event = fc.record({
    kind: fc.constantFrom("segment", "hole", "restart", "lost folder"),
    seconds: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let clock = NOW;
      let window = emptyWindow(clock);
      let highest = 0;
      let discontinuities = 0;
      for (const { kind, seconds } of events) {
        if (kind !== "segment") clock += seconds;
        if (kind === "restart") window = resumeWindow(window, ["video", "audio"], 30, clock);
        if (kind === "lost folder") {
          window = emptyWindow(clock);
          discontinuities = 0;
        }
        window = addSegment(window, partsAt(clock));
        clock += SECONDS;
        const added = window.segments.at(-1);
        expect(added?.sequence).toBeGreaterThan(highest);
        expect(added?.discontinuities).toBeGreaterThanOrEqual(discontinuities);
        highest = added?.sequence ?? 0;
        discontinuities = added?.discontinuities ?? 0;
        window = retire(window, 30).window;
        window.segments.forEach(({ sequence }, index) => {
          expect(sequence).toBe((window.segments[0]?.sequence ?? 0) + index);
        });
      }
    }),
  );
});

test("a manifest with one coding lists only what came after the last change of coding or step back in time", () => {
  const changed = addSegment(windowOf(NOW, NOW + 2), partsAt(NOW + 4, "other.mp4"));
  expect(sinceLastReset(changed.segments).map(({ sequence }) => sequence)).toEqual([NOW + 2]);
  expect(sinceLastReset(windowOf(NOW, NOW + 2, NOW - 50, NOW - 48).segments)).toHaveLength(2);
  expect(sinceLastReset(windowOf(NOW, NOW + 2, NOW + 90).segments)).toHaveLength(3);
});

test("a saved window is read back as it was, and anything else is not taken for one", () => {
  const window = windowOf(NOW, NOW + 2);
  expect(parseWindow(JSON.stringify(window))).toEqual(window);
  const segments = ["[1]", "[null]", '[{"sequence":1}]', "{}"];
  const windows = segments.map((each) => `{"segments":${each},"nextSequence":1,"discontinuities":0}`);
  for (const text of ["", "{}", "null", ...windows]) expect(parseWindow(text)).toBeNull();
});

test("a segment that lacks a rendition says so, with both their names", () => {
  const [segment] = windowOf(NOW).segments;
  if (!segment) throw new Error("the window is empty");
  expect(partOf(segment, "audio").file).toBe(`a${NOW}.mp4`);
  expect(() => partOf(segment, "4k")).toThrow(`Segment ${NOW} has no part for the rendition 4k`);
});

test("before the first segment there is nothing to retire", () => {
  expect(retire(emptyWindow(NOW), 30)).toEqual({ window: emptyWindow(NOW), retired: [] });
});

test("a channel whose clock was set back goes on with the numbers it had", () => {
  const saved = windowOf(NOW, NOW + 2);
  expect(resumeWindow(saved, ["other"], 30, NOW - 3600).nextSequence).toBe(NOW + 2);
});

describe("where audio and video differ", () => {
  const uneven = (startSeconds: number) => ({
    video: { startSeconds, durationSeconds: 2, file: "v.mp4", initFile: "v_init.mp4" },
    audio: { startSeconds: startSeconds - 0.5, durationSeconds: 1.5, file: "a.mp4", initFile: "a_init.mp4" },
  });
  const window = [NOW, NOW + 2, NOW + 4].reduce(
    (sofar, start) => addSegment(sofar, uneven(start)),
    emptyWindow(NOW),
  );

  test("a segment lasts as long as the longer of them", () => {
    expect(newest(window.segments, 4)).toHaveLength(2);
  });

  test("it ends when the later of them ends", () => {
    const resumed = (after: number) => resumeWindow(window, ["video", "audio"], 30, NOW + 6 + after);
    expect(resumed(29.9).segments).toHaveLength(3);
    expect(resumed(30).segments).toHaveLength(0);
  });

  test("it starts when the earlier of them starts", () => {
    const before = addSegment(window, { ...uneven(NOW + 6), audio: uneven(NOW).audio });
    expect(sinceLastReset(before.segments)).toHaveLength(1);
  });
});
