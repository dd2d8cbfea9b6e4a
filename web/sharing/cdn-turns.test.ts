import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CdnError } from "./cdn-fetch.ts";
import { CdnTurns } from "./cdn-turns.ts";
import { FiguresCounter } from "./figures.ts";
import { liveGeometry, UNKNOWN_LINE } from "./geometry.ts";
import { breakOffFetch, type Demand, type Journey, newJourney } from "./journey.ts";
import { LineMeter } from "./line-meter.ts";
import { SegmentStore } from "./segment-store.ts";
import { ann, neighbour, RENDITION, StubbedCdn, segmentAt } from "./test-stream.ts";

let played: { rendition: string; journeys: Journey[]; neighbours: string[] };
let circumstances: {
  position: number | null;
  isSettled: boolean;
  canServe: boolean;
  fetchesAhead: boolean;
  cdnWorkedAt: number;
};
let cdn: StubbedCdn;
let outcomes: ("works" | CdnError)[];
let counter: FiguresCounter;
let meter: LineMeter;
let store: SegmentStore;
let turns: CdnTurns;

beforeEach(() => {
  vi.useFakeTimers();
  played = { rendition: RENDITION, journeys: [], neighbours: [] };
  circumstances = { position: 0, isSettled: true, canServe: true, fetchesAhead: true, cdnWorkedAt: 0 };
  outcomes = [];
  cdn = new StubbedCdn();
  counter = new FiguresCounter();
  meter = new LineMeter();
  store = new SegmentStore();
  turns = new CdnTurns(
    {
      kind: "main",
      viewer: ann,
      store,
      meter,
      figures: counter,
      geometry: () => liveGeometry({ segmentSeconds: 2, windowSeconds: 30 }, UNKNOWN_LINE, 8),
      position: () => circumstances.position,
      isSettled: () => circumstances.isSettled,
      canServe: () => circumstances.canServe,
      fetchesAhead: () => circumstances.fetchesAhead,
      requestAddress: (address) => `${address}?signed`,
      cdnWorkedAt: () => circumstances.cdnWorkedAt,
      onCdn: (outcome) => outcomes.push(outcome),
    },
    played,
  );
});

afterEach(() => {
  turns.destroy();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const addressOf = (sequence: number) => `https://cdn.test/v0/${sequence}.m4s?signed`;

function appears(sequence: number, isElected = true): Journey {
  const journey = newJourney(segmentAt(sequence), performance.now() / 1000, isElected);
  played.journeys.push(journey);
  return journey;
}

function wanted(journey: Journey): CdnError[] {
  const failed: CdnError[] = [];
  const demand: Demand = { deliver: () => {}, fail: (error) => failed.push(error) };
  journey.demands.add(demand);
  return failed;
}

async function settle(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

test("a viewer alone fetches what lies ahead at once, by the address that its player asks for", async () => {
  appears(1);
  turns.review();
  await settle();
  expect(cdn.asked).toEqual([addressOf(1)]);
  expect(store.has(RENDITION, 1)).toBe(true);
  expect(outcomes).toEqual(["works"]);
});

test("before a rendition is played nothing is fetched", async () => {
  played.rendition = "";
  wanted(appears(1));
  turns.review();
  await settle(1000);
  expect(cdn.asked).toEqual([]);
});

test("what the picture has passed, and what peers may still bring, is left alone", async () => {
  circumstances.position = 4;
  appears(1);
  appears(9);
  turns.review();
  await settle();
  expect(cdn.asked).toEqual([]);
});

test("what is held already isn't fetched", async () => {
  store.put(RENDITION, 1, new ArrayBuffer(1), "peers");
  appears(1);
  turns.review();
  await settle();
  expect(cdn.asked).toEqual([]);
});

test("no more than two are fetched ahead at once", async () => {
  cdn.answer = () => new Promise(() => {});
  for (const sequence of [1, 2, 3]) appears(sequence);
  turns.review();
  await settle();
  expect(cdn.asked).toEqual([addressOf(1), addressOf(2)]);
});

test("what the player waits for is fetched however many are under way", async () => {
  cdn.answer = () => new Promise(() => {});
  for (const sequence of [1, 2]) appears(sequence);
  wanted(appears(3));
  turns.review();
  await settle();
  expect(cdn.asked).toEqual([1, 2, 3].map(addressOf));
});

test("for a player that fetches for itself, only what it still asks for is fetched", async () => {
  circumstances.fetchesAhead = false;
  appears(1);
  wanted(appears(2));
  turns.review();
  await settle(1000);
  expect(cdn.asked).toEqual([addressOf(2)]);
});

test("with nothing to show, what the player wants is fetched at once, whoever's turn it is", async () => {
  circumstances.position = null;
  played.neighbours = [neighbour(3, true)];
  appears(2);
  wanted(appears(3));
  turns.review();
  await settle();
  expect(cdn.asked).toEqual([addressOf(3)]);
});

test("what was there before a newcomer is left to those who hold it", async () => {
  circumstances.isSettled = false;
  played.neighbours = [neighbour(3, false)];
  appears(3, false);
  turns.review();
  await settle(1000);
  expect(cdn.asked).toEqual([]);
});

test("a segment that is another's to fetch is fetched before the player runs dry, if nobody brings it", async () => {
  played.neighbours = [neighbour(3, true)];
  appears(3);
  turns.review();
  await settle(1000);
  expect(cdn.asked).toEqual([]);
  for (let second = 1; second <= 5; second += 0.25) {
    circumstances.position = second;
    await settle(250);
  }
  expect(cdn.asked).toEqual([addressOf(3)]);
});

test("a transfer from a peer that will be done in time is left to run", async () => {
  played.neighbours = [neighbour(3, true)];
  meter.segment(RENDITION, 1000);
  const journey = appears(3);
  journey.peer = { peerId: "bob", since: performance.now() / 1000 - 1, bytes: 900 };
  circumstances.position = 4;
  turns.review();
  await settle(100);
  expect(cdn.asked).toEqual([]);
});

test("a fetch that fails is tried again, and told", async () => {
  const answers = [503, 200];
  cdn.answer = () => new Response(new Uint8Array(10), { status: answers.shift() ?? 200 });
  appears(1);
  turns.review();
  await settle(2000);
  expect(cdn.asked).toHaveLength(2);
  expect(outcomes.map((outcome) => (outcome === "works" ? outcome : outcome.status))).toEqual([503, "works"]);
});

test("while the CDN is away it is asked ever more seldom; once anything came through, soon again", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  cdn.answer = () => new Response(null, { status: 503 });
  appears(1);
  turns.review();
  // At once, and after 0.5, 1, 2 and 4 s; the next is due after 8.
  await settle(8000);
  expect(cdn.asked).toHaveLength(5);
  circumstances.cdnWorkedAt = performance.now() / 1000;
  await settle(800);
  expect(cdn.asked).toHaveLength(6);
  // What fails still though the CDN works has no second way around the wait.
  await settle(5000);
  expect(cdn.asked).toHaveLength(6);
});

test("a segment that fails again and again is given back to the player, which may know another way", async () => {
  cdn.answer = () => new Response(null, { status: 404 });
  const failed = wanted(appears(1));
  turns.review();
  await settle(4000);
  expect(failed.map(({ status }) => status)).toEqual([404]);
});

test("a fetch that is broken off is no failure of the CDN", async () => {
  cdn.answer = () => new Promise(() => {});
  const journey = appears(1);
  turns.review();
  breakOffFetch(journey);
  await settle();
  expect(outcomes).toEqual([]);
});

test("a segment of no bytes says nothing about the line", async () => {
  cdn.answer = () => new Response(new Uint8Array(0));
  appears(1);
  turns.review();
  await settle();
  expect(meter.bitsPerSecond).toBeNull();
});

test("a peer that is faster than the CDN ends the fetch, and both are counted", async () => {
  cdn.answer = () => new Promise(() => {});
  const journey = appears(1);
  turns.review();
  const aborted = vi.spyOn(journey.fetch ?? { abort: () => {} }, "abort");
  turns.peerBrought(journey);
  expect(aborted).toHaveBeenCalled();
  expect(counter.read(0).segmentsFetchedTwice).toBe(1);
});

test("what a peer brings after the CDN has is counted as fetched twice", async () => {
  const journey = appears(1);
  turns.review();
  await settle();
  turns.peerBrought(journey);
  expect(counter.read(0).segmentsFetchedTwice).toBe(1);
});

test("what only a peer brought isn't", () => {
  turns.peerBrought(appears(1));
  expect(counter.read(0).segmentsFetchedTwice).toBe(0);
});
