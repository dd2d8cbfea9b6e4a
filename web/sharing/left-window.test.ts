import { expect, test } from "vitest";
import { hasLeftWindow, type Place } from "./left-window.ts";

const gone: Place = { currentTime: 108, hasPlayed: true, isShown: false, playlistStart: 110 };

test("who would play on at a place that has left the playlist unloaded has nothing more to wait for", () => {
  expect(hasLeftWindow(gone)).toBe(true);
});

test.each<[string, Partial<Place>]>([
  ["what is left of the buffer is played first", { isShown: true }],
  ["a place in the playlist can still be loaded", { currentTime: 110 }],
  ["a quarter of a second is within what playlists differ by", { currentTime: 109.75 }],
  ["who hasn't begun is put in place by hls.js", { hasPlayed: false, currentTime: 0 }],
])("%s", (_, place) => {
  expect(hasLeftWindow({ ...gone, ...place })).toBe(false);
});
