import { expect, it } from "vitest";
import type { RunRecord, Visit } from "./outcome.ts";
import type { ViewerReport } from "./viewer-report.ts";
import { visitTable } from "./visit-table.ts";

const stats: ViewerReport["stats"] = {
  bytesFromPeers: 800,
  bytesFromCdn: 2_000_000,
  bytesToPeers: 0,
  shareFromPeers: 0,
  peersNow: 1,
  peersEver: 1,
  segmentsFromPeers: 1,
  segmentsFromCdn: 1,
  segmentsFetchedTwice: 0,
  stalls: 0,
  stalledSeconds: 0,
  firstFrameSeconds: 0.3,
  delaySeconds: 6.54,
  bufferSeconds: 4,
  qualityIndex: 0,
  qualitySwitches: 0,
  guard: "none",
  signatures: "checked",
  swarmViewers: null,
  viewersNow: null,
};
const rendition = "http://10.77.0.1:8080/viewer/1/out/v0/index.m3u8";
const visit: Visit = {
  home: 4,
  number: 1,
  openedAt: 0,
  leftAt: null,
  report: {
    stats,
    frames: [1_000, 1_100, 4_000, 4_100, 4_500],
    samples: [
      {
        at: 2_000,
        position: 0,
        delaySeconds: 6,
        bufferSeconds: 2.5,
        framesDecoded: 1,
        framesDropped: 0,
        guard: "none",
        uplinkBitsPerSecond: null,
      },
    ],
    segments: [
      { rendition, sequence: 7, source: "peers", at: 2_000 },
      { rendition, sequence: 8, source: "cdn", at: 3_000 },
    ],
    fetches: [
      {
        path: "/viewer/1/out/v0/8.m4s",
        at: 2_500,
        secondsToFirstByte: 0.1,
        seconds: 0.4,
        bytes: 200,
        status: 200,
      },
      { path: "/viewer/1/out/v0/9.m4s", at: 2_600, secondsToFirstByte: 0.1, seconds: 3, bytes: 0, status: 0 },
    ],
    connections: [],
    errors: [],
    longestHangMs: 0,
  },
};
const record: RunRecord = {
  span: { from: 1_000, to: 4_600 },
  visits: [visit, { ...visit, home: 5, number: 2, report: null }],
  fetched: [
    { viewer: 0, path: "/out/v0/7.m4s", at: 1_000, status: 200, bytes: 200 },
    { viewer: 1, path: "/out/v0/8.m4s", at: 2_500, status: 200, bytes: 200 },
    { viewer: 2, path: "/out/v0/8.m4s", at: 2_700, status: 200, bytes: 200 },
  ],
  listedAt: [],
  pipes: {},
  pings: [0, 1, 2, 3, 4].map(() => ({ ms: [40, 90], lost: 3 })),
  machine: { busy: 0, homes: [], loadAverage: 0, processors: 2 },
};

it("tells of each visit what it fetched, received in vain and waited for", () => {
  const [, , row, missing] = visitTable(record).split("\n");
  expect(row).toBe(
    "| 4 | 1, 2.9 s | 2.5 s | 6.5 s | 2 (1, 1) | 0.4 s | 2.0 MB | 0.0 MB (75 %) | 0.0 MB | 40, 90 ms (3) |",
  );
  expect(missing).toContain("the page never loaded");
});
