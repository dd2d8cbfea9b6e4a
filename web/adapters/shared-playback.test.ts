import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ticketsFor } from "../../test/doubles/tickets.ts";
import type { Stream } from "../playback/stream.ts";
import { SharedPlayback } from "./shared-playback.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("RTCPeerConnection", class {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const stream: Stream = {
  hls: "https://live.example.com/index.m3u8",
  channel: "live",
  trackers: ["wss://live.example.com/tracker"],
  stunServers: [],
  signatures: null,
  policy: { mode: "on", ramp: 1 },
};

/** A video that has buffered 4 s from its start. */
const newVideo = () =>
  Object.assign(new EventTarget(), {
    currentTime: 1,
    buffered: { length: 1, start: () => 0, end: () => 4 },
  }) as unknown as HTMLVideoElement;

const player = {};

function begun() {
  const playback = new SharedPlayback(stream);
  const setMode = vi.fn();
  playback.begin(player, newVideo(), { setMode }, () => 6);
  return { playback, setMode };
}

test("sharing gets the stream's settings, without a live delay of its own", () => {
  expect(new SharedPlayback(stream).options).toMatchObject({
    channel: "live",
    trackers: stream.trackers,
    mode: "on",
    delaySeconds: null,
  });
});

test("stats come once a second, with delay and buffer", () => {
  const { playback } = begun();
  const listener = vi.fn();
  playback.watchStats(listener);
  vi.advanceTimersByTime(2_000);
  expect(listener).toHaveBeenCalledTimes(2);
  expect(playback.stats).toMatchObject({ delaySeconds: 6, bufferSeconds: 3 });
});

test("the stats tell when the first frame came", () => {
  const playback = new SharedPlayback(stream);
  const video = newVideo();
  playback.begin(player, video, { setMode: () => {} }, () => null);
  vi.advanceTimersByTime(500);
  video.dispatchEvent(new Event("loadeddata"));
  expect(playback.stats.firstFrameSeconds).toBeCloseTo(0.5);
});

test("no stats come after the end, or after a listener stopped", () => {
  const { playback } = begun();
  const [first, second] = [vi.fn(), vi.fn()];
  const stop = playback.watchStats(first);
  playback.watchStats(second);
  stop();
  vi.advanceTimersByTime(1_000);
  playback.end();
  vi.advanceTimersByTime(5_000);
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  expect(vi.getTimerCount()).toBe(0);
});

test("another video replaces the one before", () => {
  const { playback } = begun();
  playback.begin(player, newVideo(), { setMode: vi.fn() }, () => null);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(playback.stats.delaySeconds).toBeNull();
});

test("a mode that the page sets reaches sharing, within the policy", () => {
  const { playback, setMode } = begun();
  playback.setMode("off");
  expect(playback.mode).toBe("off");
  playback.setMode("on");
  expect(setMode.mock.calls).toEqual([["on"], ["off"], ["on"]]);
  expect(new SharedPlayback(stream).mode).toBe("on");
});

test("the player reports CDN errors itself", () => {
  expect(() => new SharedPlayback(stream).options.onCdn("works")).not.toThrow();
});

test("the viewer's ticket goes along", async () => {
  const tickets = await ticketsFor("https://live.example.com");
  expect(new SharedPlayback({ ...stream, tickets }).options.tickets).toBe(tickets);
  expect(new SharedPlayback(stream).options).not.toHaveProperty("tickets");
});
