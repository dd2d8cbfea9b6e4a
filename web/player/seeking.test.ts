import { expect, test, vi } from "vitest";
import type { LiveSession } from "../sharing/session.ts";
import { seekTo } from "./seeking.ts";

function seeksTo(
  seconds: number,
  seekable: LiveSession["seekable"] = { startSeconds: 100, liveSeconds: 700 },
) {
  const session = { seekable, jumpToLive: vi.fn(), seekBehindLive: vi.fn() };
  seekTo(session as unknown as LiveSession, seconds);
  return { live: session.jumpToLive.mock.calls.length, behind: session.seekBehindLive.mock.calls.flat() };
}

test("a position in the past is so far behind live", () => {
  expect(seeksTo(640)).toEqual({ live: 0, behind: [60] });
});

test.each([699.5, 700, 9000])("%d, with live at 700, is live", (seconds) => {
  expect(seeksTo(seconds)).toEqual({ live: 1, behind: [] });
});

test("before the first playlist there is nowhere to go", () => {
  expect(seeksTo(0, null)).toEqual({ live: 0, behind: [] });
});
