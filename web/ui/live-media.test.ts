import { expect, test, vi } from "vitest";
import type { LiveSession, Quality } from "../playback/session.ts";
import { extendMedia, Renditions } from "./live-media.ts";

const ladder: Quality[] = [
  { index: 0, width: 640, height: 360, bitsPerSecond: 800_000, framesPerSecond: 30 },
  { index: 1, width: 1280, height: 720, bitsPerSecond: 2_800_000, framesPerSecond: 30 },
];

function session(qualities: readonly Quality[] = ladder) {
  const state = { qualities, chosenQuality: "auto" as number | "auto", isLive: true };
  return Object.assign(state, {
    chooseQuality: (index: number | "auto") => {
      state.chosenQuality = index;
    },
  }) as unknown as LiveSession & typeof state;
}

test("every quality of the ladder can be chosen", () => {
  expect([...new Renditions(session())].map(({ id, height }) => [id, height])).toEqual([
    ["0", 360],
    ["1", 720],
  ]);
});

test("a choice reaches the session and dispatches an event", () => {
  const live = session();
  const renditions = new Renditions(live);
  const changed = vi.fn();
  renditions.addEventListener("change", changed);
  renditions.selectedIndex = 1;
  expect([live.chosenQuality, renditions.selectedIndex, changed.mock.calls.length]).toEqual([1, 1, 1]);
});

test("without a choice the session decides", () => {
  const live = session();
  const renditions = new Renditions(live);
  renditions.selectedIndex = 1;
  renditions.selectedIndex = -1;
  expect(live.chosenQuality).toBe("auto");
});

test("a shorter ladder removes the renditions of a longer one", () => {
  const renditions = new Renditions(session());
  renditions.show(ladder.slice(0, 1));
  expect([renditions.length, renditions[1]]).toEqual([1, undefined]);
});

test("a rendition is named as viewers know it", () => {
  expect(new Renditions(session()).nameOf("1")).toBe("720p");
});

test.each([undefined, "9"])("there is no name for the rendition %j", (id) => {
  expect(new Renditions(session()).nameOf(id)).toBe("");
});

test("nothing is selected while the session chooses", () => {
  expect(new Renditions(session()).selectedIndex).toBe(-1);
});

test("a new ladder dispatches an event", () => {
  const renditions = new Renditions(session([]));
  const added = vi.fn();
  renditions.addEventListener("addrendition", added);
  renditions.show(ladder);
  expect([added.mock.calls.length, renditions[1]?.height]).toEqual([1, 720]);
});

test("the playhead is past the live edge's start exactly while the session is live", () => {
  const live = session();
  const video = { currentTime: 17 } as HTMLVideoElement & { liveEdgeStart: number };
  extendMedia(video, live);
  const atLive = video.currentTime >= video.liveEdgeStart;
  Object.assign(live, { isLive: false });
  expect([atLive, video.currentTime >= video.liveEdgeStart]).toEqual([true, false]);
});
