import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CdnError } from "./cdn-fetch.ts";
import { FiguresCounter } from "./figures.ts";
import { Flow, type FlowSurroundings } from "./flow.ts";
import { liveGeometry, UNKNOWN_LINE } from "./geometry.ts";
import type { Delivery } from "./journey.ts";
import { LineMeter } from "./line-meter.ts";
import { SegmentStore } from "./segment-store.ts";
import { ann, neighbour, RENDITION, StubbedCdn, segmentsFrom } from "./test-stream.ts";

let position: number | null = 0;
let cdn: StubbedCdn;
let outcomes: ("works" | CdnError)[];
let counter: FiguresCounter;
let meter: LineMeter;
let store: SegmentStore;
let flow: Flow;

beforeEach(() => {
  vi.useFakeTimers();
  position = 0;
  outcomes = [];
  cdn = new StubbedCdn();
  counter = new FiguresCounter();
  meter = new LineMeter();
  store = new SegmentStore((_rendition, sequence, data, source) => flow.stored(sequence, data, source));
  const around: FlowSurroundings = {
    kind: "main",
    viewer: ann,
    store,
    meter,
    figures: counter,
    geometry: () => liveGeometry({ segmentSeconds: 2, windowSeconds: 30 }, UNKNOWN_LINE, 8),
    position: () => position,
    isSettled: () => true,
    canServe: () => true,
    fetchesAhead: () => true,
    requestAddress: (address) => address,
    cdnWorkedAt: () => 0,
    onCdn: (outcome) => outcomes.push(outcome),
    onSegment: () => {},
  };
  flow = new Flow(around);
});

afterEach(() => {
  flow.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function settle(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

function wish(sequence: number): { delivered: Delivery[]; failed: CdnError[]; cancel: () => void } {
  const delivered: Delivery[] = [];
  const failed: CdnError[] = [];
  const cancel = flow.demand(sequence, {
    deliver: (delivery) => delivered.push(delivery),
    fail: (error) => failed.push(error),
  });
  return { delivered, failed, cancel };
}

test("a viewer alone fetches what its player wants at once", async () => {
  flow.update(RENDITION, segmentsFrom(1, 1));
  const { delivered } = wish(1);
  await settle();
  expect(delivered).toHaveLength(1);
  expect(delivered[0]?.source).toBe("cdn");
  expect(counter.read(0)).toMatchObject({ bytesFromCdn: 1000, segmentsFromCdn: 1 });
});

test("what the store holds already is delivered without asking anyone", async () => {
  store.put(RENDITION, 3, new ArrayBuffer(10), "peers");
  flow.update(RENDITION, segmentsFrom(3, 1));
  const { delivered } = wish(3);
  await settle();
  expect(delivered[0]?.source).toBe("peers");
  expect(cdn.asked).toEqual([]);
});

test("a new segment that is another's to fetch is left to it, and taken from it", async () => {
  for (const held of [1, 2]) store.put(RENDITION, held, new ArrayBuffer(10), "peers");
  flow.update(RENDITION, segmentsFrom(1, 2));
  flow.peerConnected(neighbour(3, true));
  await settle(600);
  flow.update(RENDITION, segmentsFrom(1, 3));
  const { delivered } = wish(3);
  await settle(500);
  expect(cdn.asked).toEqual([]);
  store.put(RENDITION, 3, new ArrayBuffer(20), "peers");
  expect(delivered[0]?.data.byteLength).toBe(20);
});

test("a peer that is faster than the CDN ends the fetch, and both are counted", async () => {
  cdn.answer = () => new Promise(() => {});
  flow.update(RENDITION, segmentsFrom(1, 1));
  const { delivered } = wish(1);
  await settle();
  store.put(RENDITION, 1, new ArrayBuffer(20), "peers");
  expect(delivered[0]?.source).toBe("peers");
  expect(counter.read(0).segmentsFetchedTwice).toBe(1);
});

test("what is asked for before the playlist names it is the caller's error", () => {
  flow.update(RENDITION, segmentsFrom(1, 1));
  expect(() => wish(9)).toThrow(/Segment 9 isn't in the playlist/);
});

/** What the player gets when a peer takes so long for 100 kB. */
async function deliveryByPeerIn(milliseconds: number): Promise<Delivery | undefined> {
  cdn.answer = () => new Promise(() => {});
  flow.update(RENDITION, segmentsFrom(1, 1));
  const { delivered } = wish(1);
  flow.takingFromPeer("https://cdn.test/v0/1.m4s", "bob");
  await settle(milliseconds);
  store.put(RENDITION, 1, new ArrayBuffer(100_000), "peers");
  return delivered[0];
}

test("a fast peer raises the player's estimate of the line", async () => {
  expect((await deliveryByPeerIn(100))?.bitsPerSecond).toBeCloseTo(8_000_000);
});

test("a slow peer doesn't lower it", async () => {
  meter.fetched(1_000_000, 0.1, 1);
  expect((await deliveryByPeerIn(4000))?.bitsPerSecond).toBe(8_000_000);
});

test.each([
  { from: "its peer", peerId: "bob", fetched: 0 },
  { from: "a connection whose peer isn't known", peerId: "", fetched: 0 },
  { from: "somebody else", peerId: "eve", fetched: 1 },
])("a transfer is judged by the bytes that come from $from", async ({ peerId, fetched }) => {
  meter.segment(RENDITION, 1000);
  flow.update(RENDITION, []);
  flow.peerConnected(neighbour(3, true));
  flow.update(RENDITION, segmentsFrom(3, 1));
  flow.takingFromPeer("https://cdn.test/v0/3.m4s", "bob");
  await settle(100);
  flow.receivedFromPeer(900, peerId);
  position = 5.1;
  await settle(300);
  expect(cdn.asked).toHaveLength(fetched);
});

test("a transfer that breaks off is made up for by a fetch", async () => {
  meter.segment(RENDITION, 1000);
  flow.update(RENDITION, []);
  flow.peerConnected(neighbour(3, true));
  flow.update(RENDITION, segmentsFrom(3, 1));
  flow.takingFromPeer("https://cdn.test/v0/3.m4s", "bob");
  flow.receivedFromPeer(900, "bob");
  position = 5.1;
  await settle(300);
  expect(cdn.asked).toEqual([]);
  flow.lostFromPeer("https://cdn.test/v0/3.m4s");
  await settle();
  expect(cdn.asked).toEqual(["https://cdn.test/v0/3.m4s"]);
});

test("a transfer of a segment that isn't in the playlist is no concern of this flow", async () => {
  flow.update(RENDITION, segmentsFrom(1, 1));
  await settle();
  flow.takingFromPeer("https://cdn.test/a/1.m4s", "bob");
  flow.lostFromPeer("https://cdn.test/a/1.m4s");
  store.put(RENDITION, 9, new ArrayBuffer(10), "peers");
  expect(counter.read(0)).toMatchObject({ segmentsFromCdn: 1, segmentsFromPeers: 1 });
});

test("of a long window, what lies a minute behind the picture is let go", async () => {
  for (const sequence of [1, 2, 40]) store.put(RENDITION, sequence, new ArrayBuffer(10), "peers");
  position = 66;
  flow.update(RENDITION, segmentsFrom(1, 40));
  expect(store.sequences(RENDITION)).toEqual([40]);
});

test("a segment that leaves the playlist fails whoever waits for it", async () => {
  cdn.answer = () => new Response(null, { status: 404 });
  flow.update(RENDITION, segmentsFrom(1, 1));
  const { failed } = wish(1);
  await settle();
  flow.update(RENDITION, segmentsFrom(2, 1));
  expect(failed[0]?.status).toBe(410);
});

test("a player that no longer wants a segment isn't given it", async () => {
  flow.update(RENDITION, segmentsFrom(1, 1));
  const { delivered, cancel } = wish(1);
  cancel();
  await settle(100);
  expect(delivered).toEqual([]);
});

test("another rendition starts afresh: its segments are its own", async () => {
  flow.update(RENDITION, segmentsFrom(1, 1));
  await settle();
  flow.update("https://cdn.test/v1/index.m3u8", []);
  expect(flow.has(RENDITION, 1)).toBe(false);
});

test("a rendition that was left is let go after a while", async () => {
  flow.update(RENDITION, segmentsFrom(1, 1));
  await settle();
  flow.update("https://cdn.test/v1/index.m3u8", []);
  expect(store.has(RENDITION, 1)).toBe(true);
  await settle(8000);
  flow.update("https://cdn.test/v1/index.m3u8", []);
  expect(store.has(RENDITION, 1)).toBe(false);
});

test("renditions that were left one soon after another are all let go", async () => {
  const [second = "", third = ""] = ["v1", "v2"].map((name) => `https://cdn.test/${name}/index.m3u8`);
  flow.update(RENDITION, segmentsFrom(1, 1));
  await settle();
  flow.update(second, segmentsFrom(1, 1));
  await settle();
  flow.update(third, []);
  await settle(8000);
  flow.update(third, []);
  expect([RENDITION, second].map((rendition) => store.has(rendition, 1))).toEqual([false, false]);
});

test("a rendition that the player came back to is kept", async () => {
  flow.update(RENDITION, segmentsFrom(1, 1));
  await settle();
  flow.update("https://cdn.test/v1/index.m3u8", []);
  flow.update(RENDITION, segmentsFrom(1, 1));
  await settle(8000);
  flow.update(RENDITION, segmentsFrom(1, 1));
  expect(store.has(RENDITION, 1)).toBe(true);
});

test("the close of an old rendition's connection doesn't take a neighbour away", async () => {
  const bob = neighbour(3, true);
  flow.update(RENDITION, segmentsFrom(1, 1));
  flow.peerConnected(bob);
  flow.update("https://cdn.test/v1/index.m3u8", []);
  flow.peerConnected(bob);
  flow.peerClosed(bob);
  expect(flow.neighbourCount).toBe(1);
});
