import { describe, expect, test } from "vitest";
import { RecordRig } from "../../test/doubles/debug-record.ts";
import { chartOf, sourceOf } from "./chart-rows.ts";
import type { DebugFile, SegmentStory, Way } from "./debug-file.ts";
import { dutyTable, noteTable, peerTable, segmentTable, trackerTable, viewerTable } from "./tables.ts";

const way = (changes: Partial<Way> = {}): Way => ({
  source: "peers",
  peer: "abcdef",
  begunAt: 1_000,
  endedAt: 1_250,
  outcome: "done",
  bytes: 250_000,
  ...changes,
});
const story = (changes: Partial<SegmentStory> = {}): SegmentStory => ({
  stream: "main",
  rendition: "360p.m3u8",
  sequence: 7,
  seconds: 2,
  knownAt: 900,
  dueAt: 8_900,
  ways: [way()],
  from: "peers",
  completeAt: 1_250,
  cameTwice: false,
  rank: 1,
  fetcher: "abcdef",
  heldBack: false,
  ...changes,
});
const fileWith = (changes: Partial<DebugFile> = {}): DebugFile => ({
  ...new RecordRig().file(),
  savedAt: 1_800_000_002_000,
  ...changes,
});

describe("where a segment came from", () => {
  test.each([
    ["peer abcdef", {}],
    ["a peer", { ways: [] }],
    ["CDN", { from: "cdn", ways: [] }],
    ["CDN, and peer abcdef", { from: "cdn", cameTwice: true }],
    ["peer abcdef, and CDN", { cameTwice: true }],
    ["coming", { from: null, ways: [way({ outcome: "running", endedAt: null })] }],
    ["waiting", { from: null, ways: [way({ outcome: "lost" })] }],
    ["waiting", { from: null, ways: [], dueAt: null }],
    ["missing", { from: null, ways: [way({ outcome: "lost" })], dueAt: 1_000 }],
  ] as const)("%s", (words, changes) => {
    expect(sourceOf(story(changes), 1_000)).toBe(words);
  });
});

describe("the chart", () => {
  test("sets each segment against its own deadline", () => {
    const late = story({
      sequence: 8,
      ways: [way({ source: "cdn", endedAt: null, outcome: "running" })],
      completeAt: null,
      dueAt: 1_500,
    });
    const other = [story({ stream: "secondary" }), story({ dueAt: null })];
    const { rows, first, last } = chartOf(fileWith({ segments: [story(), late, ...other] }), "main", 10);
    expect(rows).toMatchObject([
      { label: "7", from: "peer abcdef", known: -8, bars: [{ from: -7.9, to: -7.65 }], complete: -7.65 },
      { label: "8", known: -0.6, bars: [{ from: -0.5, to: 0.5 }], complete: null },
    ]);
    expect({ first, last }).toEqual({ first: -8, last: 1 });
    expect(chartOf(fileWith({ segments: [story(), late] }), "main", 1).rows).toHaveLength(1);
  });
  test("calls a segment by the end of a long number", () => {
    const segments = [story({ sequence: 12_345 }), story({ sequence: 1_796_031_964 })];
    const { rows } = chartOf(fileWith({ segments }), "main", 10);
    expect(rows.map(({ label }) => label)).toEqual(["12345", "…31964"]);
  });
  test("has an axis also without segments, and none without end", () => {
    expect(chartOf(fileWith(), "main", 10)).toEqual({ rows: [], first: -4, last: 1 });
    const far = story({ knownAt: -900_000, completeAt: 900_000, ways: [way({ endedAt: 900_000 })] });
    expect(chartOf(fileWith({ segments: [far] }), "main", 10)).toMatchObject({ first: -20, last: 10 });
  });
});

describe("in words", () => {
  const rowsOf = (changes: Partial<SegmentStory>) =>
    segmentTable(fileWith({ segments: [story(changes)] }), 5).rows[0];
  test("segments say when they were listed, begun and complete against their deadline", () => {
    expect(rowsOf({})).toEqual([
      "7 video 360p.m3u8",
      "08:00:00.9",
      "peer abcdef",
      "8.0 s before",
      "peer abcdef done in 250 ms, begun 7.9 s before, 250 kB",
      "7.7 s before",
      "abcdef",
      "1",
      "no",
    ]);
    expect(
      rowsOf({ dueAt: null, rank: null, fetcher: null, heldBack: true, ways: [], completeAt: null }),
    ).toEqual(["7 video 360p.m3u8", "08:00:00.9", "a peer", "not due", "none seen", "", "nobody", "", "yes"]);
    const running = way({ source: "cdn", peer: null, endedAt: null, outcome: "running", bytes: 1_500_000 });
    expect(rowsOf({ dueAt: 500, ways: [running] })?.[4]).toBe("CDN running, begun 0.5 s too late, 1.5 MB");
  });

  test("peers say how they are reached", () => {
    const peer = {
      name: "abcdef",
      stream: "secondary",
      rendition: "audio.m3u8",
      isPlayed: true,
      shares: true,
      mayFetch: true,
      holds: 3,
      distance: "same-address",
      here: "host",
      there: "relay",
      transport: "udp",
      roundTripMs: 12,
      probedMs: 15,
      bytesFrom: 2_000_000,
      bytesTo: 0,
      fromBitsPerSecond: 1_500_000,
      toBitsPerSecond: 0,
      connectedAt: 0,
      closedAt: null,
    } as const;
    const unknown = {
      ...peer,
      distance: null,
      here: null,
      there: null,
      transport: null,
      roundTripMs: null,
      probedMs: null,
      mayFetch: null,
      shares: false,
      isPlayed: false,
    };
    const { rows } = peerTable(
      fileWith({ peers: [peer, unknown, { ...peer, closedAt: 5, mayFetch: false }] }),
    );
    expect(rows[0]).toEqual([
      "abcdef",
      "audio audio.m3u8",
      "shares",
      "behind the same address",
      "own network (host)",
      "relay",
      "udp",
      "12 ms, 15 ms by probe",
      "2.0 MB, 1.50 Mbit/s",
      "0 kB, 0.00 Mbit/s",
      "3",
      "yes",
    ]);
    expect(rows[1]?.slice(2, 8)).toEqual([
      "downloads only, of a rendition that was left",
      "unknown",
      "unknown",
      "unknown",
      "unknown",
      "? ms, ? ms by probe",
    ]);
    expect([rows[1]?.at(-1), rows[2]?.[2], rows[2]?.at(-1)]).toEqual(["unknown", "closed", "no"]);
  });

  test("duty, the tracker and what happened", () => {
    const duty = {
      stream: "main",
      rendition: "a",
      mayFetch: true,
      connected: 2,
      sharing: 2,
      electable: 1,
      seesEveryone: false,
      holdBackShare: 0.5,
      handoverSeconds: 0.25,
    } as const;
    expect(dutyTable(fileWith({ duties: [duty] })).rows).toEqual([
      ["video a", "yes", "2", "2", "1", "no", "50 % of the longest", "0.3 s"],
    ]);
    const counted = { at: 0, stream: "main", rendition: "a", viewers: 3, refusal: null } as const;
    expect(
      trackerTable(
        fileWith({ tracker: [counted, { ...counted, rendition: null, viewers: null, refusal: "full" }] }),
      ).rows,
    ).toEqual([
      ["08:00:00.0", "video", "", "full"],
      ["08:00:00.0", "video a", "3", ""],
    ]);
    expect(noteTable(fileWith({ notes: [{ at: 500, text: "x" }] })).rows).toEqual([["08:00:00.5", "x"]]);
  });

  test("the viewer, as far as it is known", () => {
    const before = Object.fromEntries(viewerTable(fileWith()));
    expect(before).toMatchObject({
      Viewer: "not in a swarm yet",
      Error: "none",
      Stalls: "none",
      "First frame": "unknown",
      "Viewers who share": "not counted",
      "Room on the downlink": "unknown",
    });
    const { viewer } = fileWith();
    const known = {
      ...viewer,
      name: "abcdef",
      error: "offline",
      stalls: 1,
      stalledSeconds: 2,
      viewersNow: 4,
      room: "ample",
      segmentsFromCdn: 1,
      firstFrameSeconds: 0.61,
    };
    expect(Object.fromEntries(viewerTable(fileWith({ viewer: known })))).toMatchObject({
      Viewer: "abcdef",
      Error: "offline",
      Stalls: "1, 2.0 s in all",
      "From the CDN": "0 kB, 1 segment",
      "First frame": "0.6 s",
      "Viewers who share": "4",
      "Room on the downlink": "ample",
    });
  });
});
