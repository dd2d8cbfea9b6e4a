import { expect, test } from "vitest";
import { decideFetch, type FetchSituation } from "./fetch-decision.ts";

const calm: FetchSituation = {
  self: "-SH01sm-ann000000000",
  candidates: ["-SH01sm-bob000000000"],
  sharingPeers: ["-SH01sm-bob000000000"],
  mayFetch: true,
  room: "ample",
  seesEveryone: false,
  isSettled: true,
  sequence: 1,
  isElectable: true,
  copies: 0,
  secondsSinceCopy: 0,
  arePeersNear: false,
  timing: {
    segmentSeconds: 2,
    secondsSinceSeen: 0,
    secondsToNeed: 5,
    fetchSeconds: 0.2,
    extraSeconds: 0,
    handoverSeconds: 0.4,
    holdBackShare: 0,
  },
  transfer: null,
  overtakenSeconds: 0,
};

/** A segment for which ann comes before bob, and one for which she comes after. */
const hers = { ...calm, sequence: sequenceWhere((inSeconds) => inSeconds <= 0) };
const his = { ...calm, sequence: sequenceWhere((inSeconds) => inSeconds > 0) };

function sequenceWhere(isRight: (inSeconds: number) => boolean, situation = calm): number {
  for (let sequence = 0; sequence < 100; sequence += 1) {
    if (isRight(decideFetch({ ...situation, sequence }).inSeconds)) return sequence;
  }
  throw new Error("No segment of a hundred fell that way");
}

test("the fetcher fetches at once", () => {
  expect(decideFetch(hers)).toEqual({ inSeconds: 0, isHoldingBack: false });
});

test("a fetcher that has not learned otherwise says that it holds back", () => {
  const waiting = { ...calm, timing: { ...calm.timing, holdBackShare: 1 } };
  const decision = decideFetch({
    ...waiting,
    sequence: sequenceWhere((inSeconds) => inSeconds > 0 && inSeconds < 2.4, waiting),
  });
  expect(decision.inSeconds).toBeGreaterThan(0);
  expect(decision.isHoldingBack).toBe(true);
});

test("another's segment is waited for, nearly as long as the player can", () => {
  expect(decideFetch(his).inSeconds).toBeGreaterThan(2);
});

test("a viewer that can't serve never fetches for others", () => {
  expect(decideFetch({ ...hers, mayFetch: false }).inSeconds).toBeGreaterThan(2);
});

test("what was there before the viewer came is left to those who hold it", () => {
  expect(decideFetch({ ...hers, isElectable: false, copies: 1 }).inSeconds).toBeGreaterThan(2);
});

test("however slow the downlink, the last moment comes while there is time left", () => {
  const slow = {
    ...hers,
    timing: { ...calm.timing, fetchSeconds: 60, secondsSinceSeen: 3, secondsToNeed: 2 },
  };
  expect(decideFetch(slow).inSeconds).toBeLessThanOrEqual(0);
});

test("alone, a settled viewer fetches at once", () => {
  expect(decideFetch({ ...calm, candidates: [], sharingPeers: [] }).inSeconds).toBe(0);
});

test("alone but new, it fills its buffer but for the last segment, for which it waits for connections", () => {
  const decision = decideFetch({ ...calm, candidates: [], sharingPeers: [], isSettled: false });
  expect(decision.inSeconds).toBe(1);
  expect(decision.isHoldingBack).toBe(false);
});

test("a segment that the player waits for is fetched at once, whoever its fetcher is", () => {
  expect(decideFetch({ ...his, timing: { ...calm.timing, secondsToNeed: 0 } }).inSeconds).toBeLessThanOrEqual(
    0,
  );
});

const urgent = { ...calm.timing, secondsToNeed: 0.95 };

test("a transfer that will end in time is left to run, and looked at again soon", () => {
  const decision = decideFetch({ ...his, timing: urgent, transfer: { seconds: 0.9, secondsToFinish: 0.1 } });
  expect(decision.inSeconds).toBeGreaterThan(0);
  expect(decision.inSeconds).toBeLessThan(0.5);
});

test("a transfer that would be late if it slowed down a little doesn't put off the fetch that must begin now", () => {
  const timing = { ...calm.timing, secondsToNeed: 1.6, fetchSeconds: 0.9 };
  const decisionBeside = (secondsToFinish: number) =>
    decideFetch({ ...his, timing, transfer: { seconds: 2, secondsToFinish } }).inSeconds;
  expect(decisionBeside(0.91)).toBeGreaterThan(0);
  expect(decisionBeside(1.1)).toBeLessThanOrEqual(0);
});

test("a transfer that crawls doesn't hold the fetch up", () => {
  const transfer = { seconds: 2, secondsToFinish: 18 };
  expect(decideFetch({ ...his, timing: urgent, transfer }).inSeconds).toBeLessThanOrEqual(0);
});

test("a transfer without a first byte promises nothing", () => {
  const transfer = { seconds: 0.1, secondsToFinish: Number.POSITIVE_INFINITY };
  expect(decideFetch({ ...his, timing: urgent, transfer }).inSeconds).toBeLessThanOrEqual(0);
});

test("a transfer that ends sooner than a fetch would is left to run, however late it is", () => {
  const timing = { ...calm.timing, secondsToNeed: 0, fetchSeconds: 0.9 };
  const decisionBeside = (secondsToFinish: number) =>
    decideFetch({ ...his, timing, transfer: { seconds: 1, secondsToFinish } }).inSeconds;
  expect(decisionBeside(0.65)).toBeGreaterThan(0);
  // At the end of a transfer its peer may become slower.
  expect(decisionBeside(0.75)).toBeLessThanOrEqual(0);
});

test("where a fetch is sure to be late, a transfer is given the time to show its speed", () => {
  const timing = { ...calm.timing, secondsToNeed: 0, fetchSeconds: 4 };
  const transfer = { seconds: 0.3, secondsToFinish: Number.POSITIVE_INFINITY };
  expect(decideFetch({ ...his, timing, transfer }).inSeconds).toBeGreaterThan(0);
  expect(
    decideFetch({ ...his, timing, transfer: { ...transfer, seconds: 0.6 } }).inSeconds,
  ).toBeLessThanOrEqual(0);
});

test("a narrow line fetches at once, unless a transfer is sooner done than a fetch", () => {
  const timing = { ...calm.timing, fetchSeconds: 1.8 };
  const narrow = { ...his, timing, room: "narrow" } as const;
  expect(decideFetch(narrow).inSeconds).toBe(0);
  const decisionBeside = (secondsToFinish: number) =>
    decideFetch({ ...narrow, transfer: { seconds: 1, secondsToFinish } }).inSeconds;
  expect(decisionBeside(1.3)).toBeGreaterThan(0);
  expect(decisionBeside(1.5)).toBe(0);
});

test("what else is on its way delays a fetch, which begins so much sooner", () => {
  const fetchesIn = (timing: Partial<FetchSituation["timing"]>) =>
    decideFetch({ ...his, isElectable: false, copies: 1, timing: { ...calm.timing, ...timing } }).inSeconds;
  expect(fetchesIn({ extraSeconds: 0.4 })).toBeCloseTo(fetchesIn({}) - 0.4);
  // However much it is, a fetch isn't begun at once in vain.
  expect(fetchesIn({ secondsToNeed: 2, fetchSeconds: 0.5, extraSeconds: 9 })).toBeCloseTo(0.2);
});

test("a fetcher that hears of a peer's copy waits as a backup does", () => {
  const decision = decideFetch({ ...hers, copies: 1 });
  expect(decision.inSeconds).toBeGreaterThan(2);
  expect(decision.isHoldingBack).toBe(false);
});

test("on a slow line that peers have yet to prove faster, only who has buffered enough waits", () => {
  const timing = { ...calm.timing, fetchSeconds: 1.8 };
  const slow = { ...his, timing, room: "unproven" } as const;
  expect(decideFetch(slow).inSeconds).toBe(0);
  expect(decideFetch({ ...slow, room: "ample" }).inSeconds).toBeGreaterThan(1);
  expect(decideFetch({ ...slow, timing: { ...timing, secondsToNeed: 6 } }).inSeconds).toBeGreaterThan(1);
});

test("there a copy that has just been heard of is given a moment", () => {
  const timing = { ...calm.timing, fetchSeconds: 1.8 };
  const heard = { ...his, timing, room: "unproven", copies: 1, secondsSinceCopy: 0.2 } as const;
  expect(decideFetch(heard).inSeconds).toBeGreaterThan(1);
  expect(decideFetch({ ...heard, secondsSinceCopy: 0.6 }).inSeconds).toBe(0);
  // A line that brings the stream by itself can't spare it.
  expect(decideFetch({ ...heard, room: "tight" }).inSeconds).toBe(0);
});

test("what was there before the viewer came, and nobody holds, it fetches as when it was alone", () => {
  expect(decideFetch({ ...his, isElectable: false }).inSeconds).toBe(1);
});

test("where only this viewer may fetch, it does at once", () => {
  const alone = { ...calm, candidates: [], sharingPeers: ["-SH01sm-bob000000000"] };
  expect(decideFetch(alone).inSeconds).toBe(0);
});

test("where nobody may fetch, all do within a segment's length, one after the other", () => {
  const viewers = Array.from({ length: 6 }, (_, place) => `-SH01sm-viewer${String(place).padStart(6, "0")}`);
  const waitOf = (self: string, more: Partial<FetchSituation> = {}) => {
    const sharingPeers = viewers.filter((other) => other !== self);
    return decideFetch({ ...calm, mayFetch: false, candidates: [], self, sharingPeers, ...more }).inSeconds;
  };
  const waits = viewers.map((self) => waitOf(self)).sort((one, other) => one - other);
  expect(waits[0]).toBe(0);
  expect(waits[1]).toBeCloseTo(2 / 6);
  expect(waits.at(-1)).toBeCloseTo((5 * 2) / 6);
  const first = viewers.find((self) => waitOf(self) === 0) ?? "";
  expect(waitOf(first, { copies: 1, secondsSinceCopy: 0.1 }), "a copy that it hears of").toBeCloseTo(0.4);
  expect(waitOf(first, { copies: 1, secondsSinceCopy: 0.5 })).toBe(0);
  const last = viewers.find((self) => waitOf(self) === waits.at(-1)) ?? "";
  const late = { ...calm.timing, secondsToNeed: 1 };
  expect(waitOf(last, { timing: late }), "the last moment").toBeLessThan(0.1);
  const transfer = { seconds: 1, secondsToFinish: 2 };
  expect(waitOf(first, { transfer }), "a transfer in time").toBeGreaterThan(0);
});

test("a copy nearby is given the time to arrive, where the CDN is slower than peers", () => {
  const timing = { ...calm.timing, secondsToNeed: 0, fetchSeconds: 2 };
  const near = { ...his, timing, arePeersNear: true, copies: 1, secondsSinceCopy: 1 };
  expect(decideFetch(near).inSeconds).toBeGreaterThan(0);
  expect(decideFetch({ ...near, secondsSinceCopy: 3 }).inSeconds).toBeLessThanOrEqual(0);
  expect(decideFetch({ ...near, copies: 0 }).inSeconds).toBeLessThanOrEqual(0);
  expect(decideFetch({ ...near, arePeersNear: false }).inSeconds).toBeLessThanOrEqual(0);
});

test("what a peer may hold that has just connected isn't fetched before it could say so", () => {
  const arriving = { ...his, isElectable: false, isSettled: false };
  expect(decideFetch(arriving).inSeconds).toBeGreaterThan(2);
});

test("with peers that fetch for nobody, what one of them holds is waited for", () => {
  expect(decideFetch({ ...calm, candidates: [], sharingPeers: [], copies: 1 }).inSeconds).toBeGreaterThan(2);
});
