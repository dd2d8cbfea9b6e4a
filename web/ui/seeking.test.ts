import { expect, test, vi } from "vitest";
import type { LiveSession } from "../playback/session.ts";
import { seekTo } from "./seeking.ts";

function seeksTo(
  seconds: number,
  seekable: LiveSession["seekable"] = { startSeconds: 100, liveSeconds: 700 },
) {
  const session = { seekable, jumpToLive: vi.fn(), seekBehindLive: vi.fn() };
  seekTo(session as unknown as LiveSession, seconds);
  return { live: session.jumpToLive.mock.calls.length, behind: session.seekBehindLive.mock.calls.flat() };
}

test("a position in the past is converted to seconds behind live", () => {
  expect(seeksTo(640)).toEqual({ live: 0, behind: [60] });
});

test.each([699.5, 700, 9000])("%d counts as live when live is at 700", (seconds) => {
  expect(seeksTo(seconds)).toEqual({ live: 1, behind: [] });
});

test("nothing is sought before the first playlist", () => {
  expect(seeksTo(0, null)).toEqual({ live: 0, behind: [] });
});
