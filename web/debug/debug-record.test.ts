import { beforeEach, describe, expect, test } from "vitest";
import { EPOCH_MS, RecordRig } from "../../test/doubles/debug-record.ts";
import { peerOf, RENDITION, segmentAt, segmentsFrom } from "../../test/doubles/stream.ts";
import { peerIdOf } from "../sharing/peer-id.ts";
import { NO_STATS } from "./connection-stats.ts";
import { KEPT_MS, MOST, MOST_BYTES, readDebugFile } from "./debug-file.ts";
import { nameOf } from "./scrub.ts";

let rig: RecordRig;
const bytes = (count: number) => new ArrayBuffer(count);
const bob = peerOf(3, false);
const story = (sequence: number) => rig.file().segments.find((one) => one.sequence === sequence);

beforeEach(() => {
  rig = new RecordRig();
});

describe("a viewer without peers", () => {
  beforeEach(() => {
    rig.plays();
    rig.tell({ type: "swarm", state: "unavailable" });
  });

  test("fetches, by the clock and against the deadline", () => {
    const [first] = RecordRig.fetchesIn(
      rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(1, 3) }),
    );
    rig.now += 0.4;
    rig.tell({ type: "fetch-progress", fetch: first?.fetch ?? "", bytes: 10 });
    rig.tell({ type: "fetch-done", fetch: first?.fetch ?? "", data: bytes(5_000), timing: null });
    expect(story(1)).toEqual({
      stream: "main",
      rendition: "index.m3u8",
      sequence: 1,
      seconds: 2,
      knownAt: 0,
      dueAt: 2_400,
      ways: [{ source: "cdn", peer: null, begunAt: 0, endedAt: 400, outcome: "done", bytes: 5_000 }],
      from: "cdn",
      completeAt: 400,
      cameTwice: false,
      rank: null,
      fetcher: null,
      heldBack: false,
    });
  });

  test("a fetch that fails is told, and tried again", () => {
    const [first] = RecordRig.fetchesIn(
      rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(1, 1) }),
    );
    rig.tell({ type: "fetch-failed", fetch: first?.fetch ?? "", status: 503, message: "busy" });
    for (let failures = 1; failures < 12; failures++) {
      rig.now += 15;
      const [again] = RecordRig.fetchesIn(rig.tell({ type: "timer" }));
      rig.tell({ type: "demand", demand: failures, stream: "main", rendition: RENDITION, sequence: 1 });
      if (again) rig.tell({ type: "fetch-failed", fetch: again.fetch, status: 503, message: "busy" });
    }
    const { ways = [] } = story(1) ?? {};
    expect(ways).toHaveLength(MOST.ways);
    expect(ways.map(({ outcome }) => outcome)).toEqual(Array(MOST.ways).fill("failed"));
    expect(rig.file().notes.map(({ text }) => text)).toContain("A segment can't be had: 503 busy");
  });

  test("a segment whose deadline has passed keeps the last that was known of it", () => {
    rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(1, 3) });
    const before = story(1)?.dueAt;
    rig.plays(null);
    rig.now += 5;
    rig.tell({ type: "timer" });
    expect(story(1)?.dueAt).toBe(before);
  });
});

describe("a viewer among peers", () => {
  beforeEach(() => {
    rig.plays();
    rig.tell({ type: "swarm", state: "joining" });
    rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(1, 2) });
    rig.tell({ type: "peer-connected", stream: "main", peerId: bob });
    rig.tell({
      type: "peer-announced",
      stream: "main",
      peerId: bob,
      held: [1, 2],
      fetching: [],
      mayFetch: true,
    });
    rig.now += 6;
    rig.plays(0);
    rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(1, 8) });
  });
  const { url } = segmentAt(6);

  test("sees who is to fetch each segment, which is the election's answer", () => {
    const fetchers = rig.file().segments.filter(({ sequence }) => sequence > 2);
    expect(fetchers.map(({ fetcher }) => fetcher).toSorted()).toContain(nameOf(bob));
    expect(fetchers.map(({ fetcher }) => fetcher)).toContain("self");
    expect(new Set(fetchers.map(({ rank }) => rank))).toEqual(new Set([0, 1]));
    expect(rig.file().duties).toMatchObject([{ stream: "main", mayFetch: true, sharing: 1, electable: 1 }]);
  });

  test("a transfer is lost, and another brings it", () => {
    rig.tell({ type: "transfer-started", url, peerId: bob });
    rig.now += 0.2;
    rig.tell({ type: "transfer-progress", peerId: bob, bytes: 900 });
    rig.tell({ type: "timer" });
    rig.tell({ type: "transfer-lost", url });
    rig.tell({ type: "transfer-started", url, peerId: bob });
    rig.now += 0.3;
    rig.tell({
      type: "transfer-done",
      rendition: RENDITION,
      sequence: 6,
      data: bytes(4_000),
      trailer: bytes(0),
    });
    const { ways = [], from, completeAt } = story(6) ?? {};
    expect(ways.filter(({ source }) => source === "peers")).toMatchObject([
      { peer: nameOf(bob), outcome: "lost", bytes: 900 },
      { peer: nameOf(bob), outcome: "done", bytes: 4_000 },
    ]);
    expect({ from, completeAt }).toEqual({ from: "peers", completeAt: 6_500 });
  });

  test("what a fetch brought, and a peer as well, came twice; a fetch that a peer overtook is aborted", () => {
    const fetches = rig.file().segments.flatMap(({ ways, sequence }) => ways.map(() => sequence));
    const fetched = fetches[0] ?? 0;
    rig.tell({ type: "transfer-started", url: segmentAt(fetched).url, peerId: bob });
    const data = bytes(4_000);
    rig.tell({ type: "transfer-done", rendition: RENDITION, sequence: fetched, data, trailer: bytes(0) });
    expect(story(fetched)).toMatchObject({ from: "peers", cameTwice: false });
    expect(story(fetched)?.ways.find(({ source }) => source === "cdn")?.outcome).toBe("aborted");
  });

  test("what isn't in the playlist any more, or never was, is left out", () => {
    rig.tell({ type: "transfer-started", url: "https://cdn.test/elsewhere", peerId: bob });
    rig.tell({ type: "transfer-lost", url: "https://cdn.test/elsewhere" });
    rig.tell({ type: "transfer-done", rendition: "other", sequence: 1, data: bytes(1), trailer: bytes(0) });
    rig.tell({ type: "fetch-done", fetch: "none", data: bytes(1), timing: null });
    expect(rig.file().segments).toHaveLength(8);
  });

  test("what still comes of a rendition that was left is no segment of the record", () => {
    const held = { data: bytes(4_000), trailer: bytes(0) };
    rig.tell({ type: "transfer-done", rendition: RENDITION, sequence: 6, ...held });
    rig.tell({ type: "playlist", stream: "main", rendition: "b", segments: segmentsFrom(1, 2) });
    rig.tell({ type: "demand", demand: 1, stream: "main", rendition: "b", sequence: 2 });
    const commands = rig.tell({ type: "transfer-done", rendition: RENDITION, sequence: 99, ...held });
    expect(commands.map(({ type }) => type)).toContain("store");
    expect(rig.file().segments.map(({ sequence }) => sequence)).not.toContain(99);
  });

  test("a viewer who can't be elected has no place", () => {
    rig.tell({ type: "uplink", bitsPerSecond: 1 });
    rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(1, 12) });
    rig.tell({ type: "timer" });
    expect(story(12)).toMatchObject({ rank: null, fetcher: nameOf(bob) });
    rig.tell({ type: "peer-closed", stream: "main", peerId: bob });
    rig.now += 0.01;
    rig.tell({ type: "timer" });
    expect([null, nameOf(bob)]).toContain(story(12)?.fetcher);
  });
});

describe("connections", () => {
  const connection = {};
  const peer = {
    peerId: bob,
    stream: "main" as const,
    rendition: RENDITION,
    isPlayed: true,
    probedSeconds: 0.031,
    announcement: { held: [1, 2], fetching: [], mayFetch: true },
    connection,
    measured: { ...NO_STATS, bytesFrom: 1_000, bytesTo: 10 },
  };

  test("have speeds from the second look on, and stay for a while once they have closed", () => {
    rig.plays();
    rig.record.measured([peer], 11_000);
    rig.record.measured([{ ...peer, measured: { ...peer.measured, bytesFrom: 126_000 } }], 12_000);
    expect(rig.file().peers).toMatchObject([
      {
        name: nameOf(bob),
        shares: true,
        holds: 2,
        mayFetch: true,
        probedMs: 31,
        fromBitsPerSecond: 1_000_000,
        toBitsPerSecond: 0,
        connectedAt: 1_000,
        closedAt: null,
      },
    ]);
    rig.record.measured([], 13_000);
    rig.record.measured([], 14_000);
    expect(rig.file().peers).toMatchObject([{ closedAt: 3_000, fromBitsPerSecond: 0 }]);
  });

  test("that have said nothing are unknown, and no more are kept than a file takes", () => {
    const silent = {
      ...peer,
      peerId: peerIdOf("abcdefghijkl", "secondary", false),
      announcement: null,
      probedSeconds: null,
    };
    rig.record.measured([silent], 11_000);
    expect(rig.file().peers).toMatchObject([{ shares: false, mayFetch: null, holds: 0, probedMs: null }]);
    for (let second = 0; second < 100; second++) rig.record.measured([{ ...peer, connection: {} }], second);
    expect(rig.file().peers).toHaveLength(MOST.peers);
  });
});

test("before anything is played there is little to say", () => {
  expect(rig.file()).toMatchObject({
    startedAt: EPOCH_MS,
    savedAt: EPOCH_MS,
    viewer: {
      name: "",
      room: "",
      downlinkBitsPerSecond: null,
      uplinkBitsPerSecond: null,
      uploads: 0,
      error: null,
    },
    duties: [],
    segments: [],
  });
});

test("the engine tells what the uplink bears", () => {
  rig.engine = {
    uplink: { bitsPerSecond: 8e6, spareBitsPerSecond: 4e6, uploads: 2 },
    peers: [],
    trackerWords: [],
  };
  rig.plays();
  rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(1, 2) });
  expect(rig.file().viewer).toMatchObject({
    uplinkBitsPerSecond: 8e6,
    uploads: 2,
    name: expect.stringMatching(/^\w{6}$/),
  });
});

test("what the tracker says is kept once", () => {
  const counted = { at: 11_000, stream: "main" as const, rendition: RENDITION, viewers: 3, refusal: null };
  const refused = { at: 12_000, stream: "main" as const, rendition: null, viewers: null, refusal: "full" };
  rig.record.tracker([counted]);
  rig.record.tracker([counted, refused]);
  expect(rig.file().tracker).toEqual([
    { at: 1_000, stream: "main", rendition: "index.m3u8", viewers: 3, refusal: null },
    { at: 2_000, stream: "main", rendition: null, viewers: null, refusal: "full" },
  ]);
});

test("what happens is noted: sharing that begins or ends, the guard, peers that are dropped", () => {
  rig.plays();
  rig.tell({ type: "swarm", state: "joining" });
  const command = { type: "drop-peer", peerId: bob } as const;
  const leave = { type: "leave-swarms", forSeconds: null } as const;
  const event = { type: "timer" } as const;
  const scheduler = { playedStreams: [], moment: { positionSeconds: null }, guardLevel: "takes-only" };
  const handled = { event, commands: [command, leave], scheduler: scheduler as never, engine: null };
  rig.record.handled(handled, 11_000);
  expect(rig.file.bind(rig)).toThrow();
  rig.tell({ type: "timer" });
  expect(rig.file().notes.map(({ text }) => text)).toEqual([
    "Sharing: joining",
    `${nameOf(bob)} wasted its transfers and was dropped`,
    "Left the swarms",
    "The guard: takes-only",
    "The guard: none",
  ]);
});

describe("the file", () => {
  const TICKET = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJrM0p4MGFROWJaIn0.c2lnbmF0dXJlc2ln";
  const SECRETS = [TICKET, "c2lnbmF0dXJlc2ln", "192.0.2.7", "2001:db8::7", "Signature", "k3Jx0aQ9bZ"];

  /** A record into which all that mustn't be handed over has come by every way there is. */
  function poisoned(): void {
    const address = `https://live.example.com/t/${TICKET}/out/v1/v0/index.m3u8?Signature=1`;
    const peerId = peerIdOf("k3Jx0aQ9bZ12", "main", true);
    rig.plays();
    rig.tell({ type: "swarm", state: "joining" });
    const segments = segmentsFrom(1, 4).map((one) => ({ ...one, url: `${address}/${one.sequence}` }));
    rig.tell({ type: "playlist", stream: "main", rendition: address, segments });
    rig.tell({ type: "peer-connected", stream: "main", peerId });
    rig.tell({ type: "transfer-started", url: segments[3]?.url ?? "", peerId });
    rig.record.note(
      `Error: cdn-failing, the CDN answered 401 for ${address} at 192.0.2.7 or 2001:db8::7`,
      11_000,
    );
    rig.record.tracker([
      {
        at: 11_000,
        stream: "main",
        rendition: address,
        viewers: null,
        refusal: `wss://live.example.com/t/${TICKET}/tracker`,
      },
    ]);
    rig.record.measured(
      [
        {
          peerId,
          stream: "main",
          rendition: address,
          isPlayed: true,
          probedSeconds: 1,
          announcement: null,
          connection: {},
          measured: NO_STATS,
        },
      ],
      11_000,
    );
  }

  test("has no address of a viewer, no ticket and no token in it, and its page reads it", () => {
    poisoned();
    const text = JSON.stringify(rig.file(`the CDN answered 401 for /t/${TICKET}/out`));
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(readDebugFile(text)).toEqual(JSON.parse(text));
  });

  test("stays below its size whatever happens, and forgets what is older than ten minutes", () => {
    rig.plays();
    for (let first = 1; first < 3_000; first += 20) {
      rig.now += 0.01;
      rig.plays(first * 2);
      const commands = rig.tell({
        type: "playlist",
        stream: "main",
        rendition: RENDITION,
        segments: segmentsFrom(first, 40),
      });
      for (const { fetch } of RecordRig.fetchesIn(commands))
        rig.tell({ type: "fetch-failed", fetch, status: 0, message: "gone" });
      for (let time = 0; time < 6; time++)
        rig.tell({ type: "transfer-started", url: segmentAt(first + 30).url, peerId: bob });
      for (let time = 0; time < 3; time++) rig.record.note("x".repeat(1_000), rig.now * 1000);
    }
    const file = rig.file();
    expect(file.segments.length).toBe(MOST.segments);
    expect(file.notes).toHaveLength(MOST.notes);
    // The most that each segment may have, in the longest words.
    const [longest] = file.segments.toSorted((one, other) => other.ways.length - one.ways.length);
    const widest = {
      ...longest,
      rendition: "x".repeat(60),
      ways: Array(MOST.ways).fill({
        ...longest?.ways[0],
        peer: "abcdef",
        begunAt: 599_999,
        endedAt: 599_999,
        bytes: 9_999_999,
      }),
    };
    const size = JSON.stringify({ ...file, segments: Array(MOST.segments).fill(widest) }).length;
    expect(size).toBeLessThan(MOST_BYTES);
    rig.now += KEPT_MS / 1000 + 60;
    rig.plays(8_000);
    rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(4_000, 2) });
    expect(rig.file().segments).toHaveLength(2);
  });
});
