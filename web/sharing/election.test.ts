import { expect, test } from "vitest";
import {
  fetchersAmong,
  SAFETY_SECONDS,
  type SegmentTiming,
  scoreOf,
  secondsToFetch,
  standingOf,
} from "./election.ts";

const ease: SegmentTiming = {
  segmentSeconds: 2,
  secondsSinceSeen: 0,
  secondsToNeed: 5,
  extraSeconds: 0,
  fetchSeconds: 0.2,
  handoverSeconds: 0.3,
  holdBackShare: 1,
};

/** From a segment's appearance until the last moment to fetch it. */
const ROOM = ease.secondsToNeed - SAFETY_SECONDS - ease.fetchSeconds;

const viewers = Array.from({ length: 6 }, (_, place) => `-SH01sm-viewer${String(place).padStart(6, "0")}`);
const others = (self: string) => viewers.filter((viewer) => viewer !== self);

test("everyone connected agrees on one fetcher, whichever segment", () => {
  for (let sequence = 0; sequence < 200; sequence += 1) {
    const ranks = viewers.map((self) => standingOf(self, others(self), String(sequence)).rank);
    expect([...ranks].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test("who fetches the video of a number fetches its audio", () => {
  const audio = (peerId: string) => peerId.replace("-SH01sm-", "-SH01sa-");
  for (let sequence = 0; sequence < 200; sequence += 1) {
    for (const self of viewers) {
      const inAudio = standingOf(audio(self), others(self).map(audio), String(sequence));
      expect(inAudio).toEqual(standingOf(self, others(self), String(sequence)));
    }
  }
});

test("the work goes round: each of six fetches about a sixth", () => {
  const fetched = new Map<string, number>();
  for (let sequence = 0; sequence < 3000; sequence += 1) {
    const first = viewers.find((self) => standingOf(self, others(self), String(sequence)).rank === 0) ?? "";
    fetched.set(first, (fetched.get(first) ?? 0) + 1);
  }
  for (const viewer of viewers) expect(fetched.get(viewer)).toBeGreaterThan(400);
  for (const viewer of viewers) expect(fetched.get(viewer)).toBeLessThan(600);
});

test("scores lie between 0 and 1 and spread evenly", () => {
  const scores = Array.from({ length: 2000 }, (_, sequence) => scoreOf("ann", String(sequence)));
  expect(Math.min(...scores)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...scores)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const inside = scores.filter((score) => Math.floor(score * 10) === tenth).length;
    expect(inside).toBeGreaterThan(150);
    expect(inside).toBeLessThan(250);
  }
});

test("equal scores fall to the smaller id, so that both sides agree", () => {
  // The same id twice is the one way to get equal scores on purpose.
  expect(standingOf("ann", ["ann"], "7").rank).toBe(0);
});

test("a viewer without peers fetches at once", () => {
  expect(secondsToFetch({ rank: 0, score: 0.9, peers: 0, everyone: 0 }, ease)).toBe(0);
});

test("a fetcher without patience fetches at once", () => {
  expect(secondsToFetch({ rank: 0, score: 0.4, peers: 5, everyone: 5 }, { ...ease, holdBackShare: 0 })).toBe(
    0,
  );
});

test("the lowest in the square of those it sees fetches at once, however patient", () => {
  expect(secondsToFetch({ rank: 0, score: 1 / 121, peers: 10, everyone: 10 }, ease)).toBe(0);
});

test("other fetchers hold back longer the higher their score, and not for all the time there is", () => {
  const waits = [0.01, 0.05, 0.2, 0.9].map((score) =>
    secondsToFetch({ rank: 0, score, peers: 10, everyone: 10 }, ease),
  );
  expect([...waits].sort((one, other) => one - other)).toEqual(waits);
  expect(waits[0]).toBeGreaterThan(0.3 * ROOM);
  expect(waits[3]).toBeLessThan(0.6 * ROOM);
});

test("time that has passed since the segment appeared counts towards the wait", () => {
  const standing = { rank: 0, score: 0.1, peers: 10, everyone: 10 };
  const before = secondsToFetch(standing, ease);
  const after = secondsToFetch(standing, { ...ease, secondsSinceSeen: 0.25, secondsToNeed: 4.75 });
  expect(after).toBeCloseTo(before - 0.25);
});

test("a fetcher doesn't hold back when the picture is about to need the segment", () => {
  const urgent = { ...ease, secondsToNeed: 0.5 };
  expect(secondsToFetch({ rank: 0, score: 0.5, peers: 10, everyone: 10 }, urgent)).toBeLessThanOrEqual(0);
});

test("slow handovers leave a fetcher less time to hold back", () => {
  const standing = { rank: 0, score: 0.5, peers: 2, everyone: 2 };
  expect(secondsToFetch(standing, { ...ease, handoverSeconds: 1 })).toBeLessThan(
    secondsToFetch(standing, ease),
  );
});

test("where one copy can't reach everyone in time, several fetch at once", () => {
  const slow = { ...ease, handoverSeconds: 1.1, holdBackShare: 0 };
  const turns = [0, 1, 2].map((rank) => secondsToFetch({ rank, score: 0.5, peers: 10, everyone: 10 }, slow));
  expect(turns.map((turn) => turn <= 0)).toEqual([true, true, false]);
});

test("where no copy can be handed over in time, everyone fetches", () => {
  const hopeless = { ...ease, handoverSeconds: 100, holdBackShare: 0 };
  expect(secondsToFetch({ rank: 9, score: 0.9, peers: 10, everyone: 10 }, hopeless)).toBeLessThanOrEqual(0);
});

test("backups step in one after another, after any fetcher and before the last moment", () => {
  const turns = [1, 2, 3].map((rank) => secondsToFetch({ rank, score: 0.5, peers: 5, everyone: 5 }, ease));
  expect([...turns].sort((one, other) => one - other)).toEqual(turns);
  expect(turns[0]).toBeGreaterThan(0.6 * ROOM);
  expect(turns[2]).toBeLessThanOrEqual(ROOM);
});

test("the last backups don't wait beyond the last moment", () => {
  expect(secondsToFetch({ rank: 30, score: 0.9, peers: 40, everyone: 40 }, ease)).toBeCloseTo(ROOM);
});

test("a slow line steps in sooner than a fast one", () => {
  const backup = { rank: 1, score: 0.5, peers: 5, everyone: 5 };
  expect(secondsToFetch(backup, { ...ease, fetchSeconds: 1 })).toBeLessThan(secondsToFetch(backup, ease));
});

test("two backups of the same rank among different peers don't step in together", () => {
  const early = secondsToFetch({ rank: 1, score: 0.2, peers: 2, everyone: 2 }, ease);
  const late = secondsToFetch({ rank: 1, score: 0.8, peers: 2, everyone: 2 }, ease);
  expect(late - early).toBeGreaterThan(0.15);
});

test("who sees everyone steps in by rank, after a segment's length if there is time for that", () => {
  const waits = (handoverSeconds: number) =>
    [0, 1, 2].map((rank) =>
      secondsToFetch(
        { rank, score: 0.5, peers: 5, everyone: 5, seesEveryone: true },
        { ...ease, handoverSeconds },
      ),
    );
  expect(waits(0.2)).toEqual([0, 2, 4]);
  expect(waits(1)).toEqual([0, 0.6, 1.2]);
});

test("who sees everyone doesn't step in later than its player can wait", () => {
  const standing = { rank: 5, score: 0.9, peers: 5, everyone: 5, seesEveryone: true };
  expect(secondsToFetch(standing, { ...ease, secondsToNeed: 1.5 })).toBeCloseTo(0.5);
});

test("one fetcher is enough for one", () => {
  expect(fetchersAmong({ peers: 0, everyone: 0 }, ease)).toBe(1);
});
