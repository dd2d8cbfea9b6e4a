/** The page that a viewer of the lab runs: the live session as it ships, and what watches it. */

import { browserUplinkMemory } from "../../../web/engine/uplink-memory.ts";
import { createLiveSession } from "../../../web/playback/live-session.ts";
import { secondsBuffered } from "../../../web/playback/playhead/buffered.ts";
import type { Sample, SegmentFetch, ViewerPage, ViewerReport, ViewerSetup } from "../viewer-report.ts";
import { watchConnections } from "./connection-watch.ts";

/** So often the page's thread shows that it is there. */
const HEARTBEAT_MS = 100;

/** More fetches than any scenario takes; the browser keeps 250 by itself. */
const MOST_FETCHES = 10_000;

performance.setResourceTimingBufferSize(MOST_FETCHES);
const readConnections = watchConnections();

let readViewer: ViewerPage["readViewer"] = () => Promise.reject(new Error("No viewer was started"));

Object.assign(globalThis, {
  startViewer: (setup) => {
    const video = document.querySelector("video");
    if (!video) throw new Error("The page has no video element");
    video.muted = true;
    video.autoplay = true;
    readViewer = play(video, setup);
  },
  readViewer: () => readViewer(),
} satisfies ViewerPage);

/** Starts the session; returns the way to read it. */
function play(video: HTMLVideoElement, { hls, tracker, stun, mode }: ViewerSetup): ViewerPage["readViewer"] {
  const frames = watchFrames(video);
  const readHang = watchHangs();
  const samples: Sample[] = [];
  const segments: ViewerReport["segments"][number][] = [];
  const errors: string[] = [];
  const session = createLiveSession({
    video,
    hls,
    channel: "bench",
    // The lab's pages come over plain HTTP, where browsers have no means to check a signature.
    sharesUnsigned: true,
    trackers: [tracker],
    stunServers: [stun],
    mode,
  });
  session.on("segment", (segment) => segments.push({ ...segment, at: Date.now() }));
  session.on("error", (error) => errors.push(error ? `${error.kind}: ${error.detail}` : "recovered"));
  setInterval(() => {
    const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
    samples.push({
      at: Date.now(),
      position: video.currentTime,
      delaySeconds: session.stats.delaySeconds,
      bufferSeconds: secondsBuffered(video),
      framesDecoded: totalVideoFrames,
      framesDropped: droppedVideoFrames,
      guard: session.stats.guard,
      uplinkBitsPerSecond: browserUplinkMemory.known(),
    });
  }, 1000);
  return async () => ({
    stats: session.stats,
    frames,
    samples,
    segments,
    fetches: readFetches(),
    connections: await readConnections(),
    errors,
    longestHangMs: readHang(),
  });
}

/** The times at which frames came onto the screen; the list grows. */
function watchFrames(video: HTMLVideoElement): readonly number[] {
  const frames: number[] = [];
  const next = () => {
    frames.push(Date.now());
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
  return frames;
}

function readFetches(): SegmentFetch[] {
  const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  return entries
    .filter(({ name }) => name.endsWith(".m4s"))
    .map((entry) => ({
      path: new URL(entry.name).pathname,
      at: performance.timeOrigin + entry.startTime,
      secondsToFirstByte: Math.max(0, entry.responseStart - entry.startTime) / 1000,
      seconds: entry.duration / 1000,
      bytes: entry.encodedBodySize,
      status: entry.responseStatus,
    }));
}

function watchHangs(): () => number {
  let [longest, last] = [0, performance.now()];
  setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - HEARTBEAT_MS);
    last = now;
  }, HEARTBEAT_MS);
  return () => longest;
}
