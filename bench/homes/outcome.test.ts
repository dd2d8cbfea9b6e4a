import { expect, it } from "vitest";
import { outcomeOf, type RunRecord, type Visit } from "./outcome.ts";
import type { ViewerReport } from "./viewer-report.ts";

const stats: ViewerReport["stats"] = {
  bytesFromPeers: 300,
  bytesFromCdn: 100,
  bytesToPeers: 0,
  shareFromPeers: 0.75,
  peersNow: 1,
  peersEver: 1,
  segmentsFromPeers: 3,
  segmentsFromCdn: 1,
  segmentsFetchedTwice: 0,
  stalls: 0,
  stalledSeconds: 0,
  firstFrameSeconds: 0.3,
  delaySeconds: 6,
  bufferSeconds: 4,
  qualityIndex: 0,
  qualitySwitches: 0,
  guard: "none",
  signatures: "checked",
  swarmViewers: null,
  viewersNow: null,
};

function framesUntil(end: number): number[] {
  return Array.from({ length: (end - 1_000) / 100 }, (_, index) => 1_000 + index * 100);
}

function visit(frames: readonly number[], more: Partial<Visit> = {}): Visit {
  const report = {
    stats,
    frames,
    samples: [],
    segments: [],
    fetches: [],
    connections: [],
    errors: [],
    longestHangMs: 5,
  };
  return { home: 0, number: 0, openedAt: 500, leftAt: null, report, ...more };
}

function record(visits: readonly Visit[]): RunRecord {
  const fetch = { status: 200, bytes: 1 };
  return {
    span: { from: 10_000, to: 20_000 },
    visits,
    fetched: [
      { ...fetch, viewer: 0, path: "/v0/1.m4s", at: 11_000 },
      { ...fetch, viewer: 1, path: "/v0/1.m4s", at: 12_000 },
      { ...fetch, viewer: 1, path: "/v0/2.m4s", at: 13_000, bytes: 3 },
      { ...fetch, viewer: 1, path: "/v0/0.m4s", at: 9_000 },
      { ...fetch, viewer: 0, path: "/v0/0.m4s", at: 11_000 },
      { ...fetch, viewer: 0, path: "/v0/index.m3u8", at: 11_000 },
    ],
    listedAt: [
      ["/v0/1.m4s", 10_500],
      ["/v0/2.m4s", 12_700],
    ],
    pipes: {},
    pings: [
      { ms: [40, 41, 42], lost: 1 },
      { ms: [60, 200], lost: 0 },
      { ms: [], lost: 0 },
    ],
    machine: { busy: 0.5, homes: [0.1], loadAverage: 1.2, processors: 2 },
  };
}

it("counts copies by bytes, waits and the worst home's ping", () => {
  const outcome = outcomeOf(record([visit(framesUntil(20_000))]));
  expect(outcome.copies).toBe(5 / 4);
  expect(outcome.medianWaitSeconds).toBeCloseTo(0.4);
  expect(outcome.pingP95Ms).toBe(200);
  expect(outcome.pingsLost).toBe(0.25);
  expect(outcome.freezes).toBe(0);
  expect(outcome.shareFromPeers).toBe(0.75);
});

it("counts freezes of all viewers, and not beyond a viewer's leaving", () => {
  const left = visit(framesUntil(12_000), { leftAt: 12_100 });
  const frozen = visit(framesUntil(17_000));
  const outcome = outcomeOf(record([left, frozen]));
  expect([outcome.freezes, outcome.viewersThatFroze]).toEqual([1, 1]);
  expect(outcome.freezeSeconds).toBeCloseTo(3.1);
});

it("takes the first frame of the slowest viewer, from the session's start and from the page's", () => {
  const slow = visit([2_500]);
  const report = slow.report && { ...slow.report, stats: { ...stats, firstFrameSeconds: 1.1 } };
  const outcome = outcomeOf(record([visit([1_000]), { ...slow, report }]));
  expect(outcome.firstFrameSeconds).toBe(1.1);
  expect(outcome.firstFrameFromOpeningSeconds).toBe(2);
});

it("takes one viewer without a frame for never", () => {
  const unstarted = visit([], { report: null });
  const outcome = outcomeOf(record([visit([1_000]), unstarted]));
  expect([outcome.firstFrameSeconds, outcome.firstFrameFromOpeningSeconds]).toEqual([null, null]);
});
