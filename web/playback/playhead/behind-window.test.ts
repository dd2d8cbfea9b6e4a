import { expect, test } from "vitest";
import { isBehindWindow, type Playhead } from "./behind-window.ts";

const gone: Playhead = { currentTime: 108, hasPlayed: true, isStalled: true, playlistStart: 110 };

test("a stalled playhead before the playlist's start is behind the window", () => {
  expect(isBehindWindow(gone)).toBe(true);
});

test.each<[string, Partial<Playhead>]>([
  ["not while the buffer still plays", { isStalled: false }],
  ["not while its segment is in the playlist", { currentTime: 110 }],
  ["not within a quarter of a second, by which playlists differ", { currentTime: 109.75 }],
  ["not before anything was played", { hasPlayed: false, currentTime: 0 }],
])("%s", (_, playhead) => {
  expect(isBehindWindow({ ...gone, ...playhead })).toBe(false);
});
