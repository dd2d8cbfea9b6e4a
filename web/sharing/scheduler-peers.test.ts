import { beforeEach, expect, test } from "vitest";
import { SchedulerRig } from "../../test/doubles/scheduler-rig.ts";
import { AUDIO, audioAt, peerOf, RENDITION } from "../../test/doubles/stream.ts";

/** What peers tell a viewer and hear from it, and which of two ways a segment takes. */

let rig: SchedulerRig;

beforeEach(() => {
  rig = new SchedulerRig();
});

/** Bytes of a 2 s segment at 1.5 Mbit/s. */
const BYTES = 375_000;

/** The CDN brought a segment of that size at this rate, so that both are known. */
function hasFetchedAt(bitsPerSecond: number): void {
  const transferSeconds = (BYTES * 8) / bitsPerSecond;
  rig.answer = () => null;
  rig.lists(0, 1);
  rig.tell({ type: "fetch-progress", fetch: "main 1", bytes: 1 });
  rig.pass(transferSeconds);
  rig.tell({ type: "fetch-progress", fetch: "main 1", bytes: BYTES });
  const timing = { firstByteSeconds: 0.05, transferSeconds };
  rig.tell({ type: "fetch-done", fetch: "main 1", data: new ArrayBuffer(BYTES), timing });
}

/** A peer brought a segment at this rate. */
function hasTakenAt(bitsPerSecond: number, sequence: number, peerId: string): void {
  rig.lists(sequence - 1, 2);
  rig.transferStarts(sequence, peerId);
  rig.tell({ type: "transfer-progress", peerId, bytes: 1 });
  rig.pass((BYTES * 8) / bitsPerSecond);
  rig.tell({ type: "transfer-progress", peerId, bytes: BYTES });
  rig.peerSends(sequence, BYTES);
}

/** A peer that has left brought a segment much faster than the CDN does. */
function arePeersNear(): void {
  const peerId = peerOf(2, true);
  rig.connects(peerId);
  rig.hears(peerId, { held: [1, 2] });
  hasTakenAt(80_000_000, 2, peerId);
  rig.answer = () => ({ bytes: BYTES });
  rig.tell({ type: "peer-closed", stream: "main", peerId });
  rig.pass(1);
  rig.answer = () => null;
}

/** A peer that comes after this viewer for the segment, connected long enough. */
function meetsPeerAfter(sequence: number): string {
  const peerId = peerOf(sequence, false);
  rig.connects(peerId);
  rig.pass(1);
  return peerId;
}

function meetsPeerBefore(sequence: number): string {
  const peerId = peerOf(sequence, true);
  rig.connects(peerId);
  rig.pass(1);
  return peerId;
}

test("peers hear at once of a fetch that begins, and that it ended", () => {
  rig.answer = () => null;
  rig.lists(1, 1);
  expect(rig.announced.at(-1)).toMatchObject({ rendition: RENDITION, fetching: [1] });
  rig.tell({ type: "fetch-failed", fetch: "main 1", status: 503, message: "away" });
  expect(rig.announced.at(-1)).toMatchObject({ fetching: [] });
});

test("who sees everyone fetches at once, without holding back", () => {
  hasFetchedAt(20_000_000);
  meetsPeerAfter(3);
  rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  rig.lists(3, 1);
  expect(rig.fetched.slice(1)).toEqual([3]);
});

test("a segment that a peer is fetching isn't fetched a second time", () => {
  hasFetchedAt(20_000_000);
  const bob = meetsPeerAfter(3);
  rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  rig.hears(bob, { fetching: [3] });
  rig.lists(3, 1);
  rig.pass(2);
  expect(rig.fetched.slice(1)).toEqual([]);
});

test("who connects after a segment appeared isn't its fetcher: to a newcomer it is older than the swarm", () => {
  const fetchesAfter = (newcomer: string | null) => {
    rig = new SchedulerRig();
    hasFetchedAt(20_000_000);
    meetsPeerAfter(3);
    rig.tell({ type: "playhead", positionSeconds: 0, bufferSeconds: 6 });
    rig.lists(3, 1);
    expect(rig.fetched).not.toContain(3);
    if (newcomer) rig.connects(newcomer);
    let seconds = 0;
    for (; !rig.fetched.includes(3) && seconds < 6; seconds += 0.1) rig.pass(0.1);
    return seconds;
  };
  expect(fetchesAfter(peerOf(3, true))).toBeCloseTo(fetchesAfter(null), 1);
});

test("a fetcher that says nothing is stood in for soon, where everyone sees everyone", () => {
  hasFetchedAt(20_000_000);
  meetsPeerBefore(3);
  rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  rig.lists(3, 1);
  rig.pass(1.9);
  expect(rig.fetched.slice(1)).toEqual([]);
  rig.pass(0.2);
  expect(rig.fetched.slice(1)).toEqual([3]);
});

test("a peer that gave the duty back isn't waited for", () => {
  hasFetchedAt(20_000_000);
  const bob = meetsPeerBefore(3);
  rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  rig.hears(bob, { mayFetch: false });
  rig.lists(3, 1);
  expect(rig.fetched.slice(1)).toEqual([3]);
});

test("a viewer whose uplink doesn't bear the stream gives the duty back, and takes it up again later", () => {
  hasFetchedAt(20_000_000);
  meetsPeerAfter(3);
  rig.tell({ type: "uplink", bitsPerSecond: 1_400_000 });
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: false });
  rig.tell({ type: "uplink", bitsPerSecond: 1_600_000 });
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: false });
  rig.tell({ type: "uplink", bitsPerSecond: 2_000_000 });
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: true });
});

test("an uplink that acknowledgments would fill takes nothing from peers, unless the CDN fails", () => {
  hasFetchedAt(20_000_000);
  const bob = meetsPeerBefore(3);
  rig.hears(bob, { held: [2] });
  rig.tell({ type: "uplink", bitsPerSecond: 85_000 });
  expect(rig.scheduler.wants(RENDITION, 2)).toBe(true);
  rig.lists(2, 1);
  expect(rig.fetched.at(-1)).toBe(2);
  expect(rig.scheduler.wants(RENDITION, 2)).toBe(false);
  rig.tell({ type: "fetch-failed", fetch: "main 2", status: 503, message: "away" });
  expect(rig.scheduler.wants(RENDITION, 2)).toBe(true);
});

test("a viewer that can neither give nor take leaves the swarms, for twice as long each time", () => {
  hasFetchedAt(20_000_000);
  rig.tell({ type: "swarm", state: "joining" });
  rig.tell({ type: "uplink", bitsPerSecond: 85_000 });
  rig.pass(10);
  for (let time = 0; time < 5; time += 1) {
    expect(rig.left).toHaveLength(time);
    rig.tell({ type: "swarm", state: "joining" });
    rig.tell({ type: "uplink", bitsPerSecond: 95_000 });
    rig.tell({ type: "uplink", bitsPerSecond: 85_000 });
    rig.tell({ type: "swarm", state: "unavailable" });
    rig.pass(60);
  }
  expect(rig.left).toEqual([300, 600, 1200, 1800, 1800]);
});

test("nothing is too weak for a stream of which the length of segments isn't known", () => {
  rig.set({ segmentSeconds: 0 });
  hasFetchedAt(20_000_000);
  rig.tell({ type: "uplink", bitsPerSecond: 1 });
  expect(rig.scheduler.servesNobody).toBe(false);
});

test("a viewer whose uplink collapses leaves at once for three minutes, and for longer if it is still as weak", () => {
  hasFetchedAt(20_000_000);
  rig.tell({ type: "uplink", bitsPerSecond: 4_000_000 });
  rig.tell({ type: "uplink", bitsPerSecond: 800_000 });
  rig.pass(10);
  expect(rig.left).toEqual([]);
  rig.tell({ type: "uplink", bitsPerSecond: 85_000 });
  expect(rig.left).toEqual([180]);
  expect(rig.scheduler.servesNobody).toBe(true);
  for (let time = 0; time < 2; time += 1) {
    rig.tell({ type: "swarm", state: "joining" });
    rig.tell({ type: "uplink", bitsPerSecond: 85_000 });
    rig.tell({ type: "swarm", state: "unavailable" });
    rig.pass(60);
  }
  expect(rig.left).toEqual([180, 300, 600]);
});

test("it stays while others fill its uplink for a moment", () => {
  hasFetchedAt(20_000_000);
  rig.tell({ type: "uplink", bitsPerSecond: 0 });
  expect(rig.left).toEqual([]);
});

test("it stays if it bears more when it is measured anew", () => {
  hasFetchedAt(20_000_000);
  for (const bitsPerSecond of [85_000, null, 95_000]) rig.tell({ type: "uplink", bitsPerSecond });
  rig.pass(60);
  expect(rig.left).toEqual([]);
});

test("it stays where the line to the CDN is probably shared, or peers are near", () => {
  const measured = [10_000, null, 10_000];
  rig.lists(0, 1);
  for (const bitsPerSecond of measured) rig.tell({ type: "uplink", bitsPerSecond });
  rig = new SchedulerRig();
  hasFetchedAt(2_900_000);
  for (const bitsPerSecond of measured) rig.tell({ type: "uplink", bitsPerSecond });
  expect(rig.left).toEqual([]);
  rig = new SchedulerRig();
  hasFetchedAt(20_000_000);
  hasTakenAt(40_000_000, 2, meetsPeerBefore(3));
  for (const bitsPerSecond of measured) rig.tell({ type: "uplink", bitsPerSecond });
  expect(rig.left).toEqual([]);
});

test("an uplink that is to be measured anew may be elected", () => {
  hasFetchedAt(20_000_000);
  meetsPeerAfter(3);
  rig.tell({ type: "uplink", bitsPerSecond: 100_000 });
  rig.tell({ type: "uplink", bitsPerSecond: null });
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: true });
});

test("where no uplink bears the stream, a viewer doesn't wait until its buffer has nearly run out", () => {
  hasFetchedAt(20_000_000);
  const bob = meetsPeerBefore(3);
  rig.hears(bob, { mayFetch: false });
  rig.tell({ type: "uplink", bitsPerSecond: 400_000 });
  rig.asked.length = 0;
  rig.lists(3, 1);
  expect(rig.fetched).toEqual([]);
  rig.pass(0.7);
  expect(rig.fetched).toEqual([3]);
});

test("a narrow line, slow by the CDN and by peers, fetches at once and gives the duty back", () => {
  hasFetchedAt(2_000_000);
  const bob = meetsPeerBefore(3);
  hasTakenAt(2_000_000, 2, bob);
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: false });
  rig.asked.length = 0;
  rig.lists(3, 1);
  expect(rig.fetched).toContain(3);
});

test.each([
  { line: "narrow for the video", bitsPerSecond: 2_000_000, fetched: [2, 3] },
  { line: "fast", bitsPerSecond: 20_000_000, fetched: [2] },
])(
  "audio that a peer holds is fetched at once over a line that is $line: $fetched",
  ({ bitsPerSecond, fetched }) => {
    const audio = (...sequences: number[]) => ({ rendition: AUDIO, segments: sequences.map(audioAt) });
    const announced = { held: [3], fetching: [], mayFetch: true };
    hasFetchedAt(bitsPerSecond);
    const peerId = meetsPeerBefore(3);
    hasTakenAt(bitsPerSecond, 2, peerId);
    rig.asked.length = 0;
    rig.answer = () => ({ bytes: 16_000 });
    rig.tell({ type: "playlist", stream: "secondary", ...audio(2) });
    rig.tell({ type: "peer-connected", stream: "secondary", peerId });
    rig.pass(1);
    rig.tell({ type: "peer-announced", stream: "secondary", peerId, ...announced });
    rig.tell({ type: "playlist", stream: "secondary", ...audio(2, 3) });
    rig.pass();
    expect(rig.asked).toEqual(fetched.map((sequence) => `https://cdn.test/a/${sequence}.m4s`));
  },
);

test("who is on a narrow line serves peers only once its uplink is known", () => {
  hasFetchedAt(2_000_000);
  const bob = meetsPeerBefore(3);
  expect(rig.scheduler.servesNobody, "not known to be narrow").toBe(false);
  hasTakenAt(2_000_000, 2, bob);
  expect(rig.scheduler.servesNobody).toBe(true);
  rig.tell({ type: "uplink", bitsPerSecond: 1_000_000 });
  expect(rig.scheduler.servesNobody).toBe(false);
});

test("a narrow line carries one fetch ahead at a time", () => {
  hasFetchedAt(2_000_000);
  hasTakenAt(2_000_000, 2, meetsPeerBefore(3));
  rig.tell({ type: "fetch-done", fetch: "main 2", data: new ArrayBuffer(BYTES), timing: null });
  rig.asked.length = 0;
  rig.lists(3, 3);
  rig.pass(1);
  expect(rig.fetched).toEqual([3]);
});

test("who is sent segments more slowly than they play, four times, fetches the next at once, and serves others only once its uplink is known to bear it", () => {
  const fetchesAfter = (transfers: number) => {
    rig = new SchedulerRig();
    hasFetchedAt(20_000_000);
    const bob = meetsPeerBefore(transfers + 2);
    for (let sequence = 2; sequence < transfers + 2; sequence += 1) hasTakenAt(1_400_000, sequence, bob);
    rig.asked.length = 0;
    rig.tell({ type: "playhead", positionSeconds: 6, bufferSeconds: 5 });
    rig.lists(transfers + 2, 1);
    return rig.fetched;
  };
  expect(fetchesAfter(3)).toEqual([]);
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: true });
  expect(rig.scheduler.servesNobody).toBe(false);
  expect(fetchesAfter(4)).toEqual([6]);
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: false });
  expect(rig.scheduler.servesNobody).toBe(true);
  rig.tell({ type: "uplink", bitsPerSecond: 5_000_000 });
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: true });
  expect(rig.scheduler.servesNobody).toBe(false);
});

test("a slow path to the CDN alone doesn't make a line narrow", () => {
  hasFetchedAt(1_700_000);
  const bob = meetsPeerBefore(3);
  hasTakenAt(20_000_000, 2, bob);
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: true });
  rig.asked.length = 0;
  rig.lists(3, 1);
  rig.pass(0.1);
  expect(rig.fetched).toEqual([]);
});

/** A fetch of segment 3 that began at the last moment beside a transfer of so many bytes. */
function fetchesBeside(transferBytes: number): string {
  hasFetchedAt(20_000_000);
  const bob = meetsPeerBefore(3);
  rig.lists(3, 1);
  rig.transferStarts(3, bob);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: transferBytes });
  rig.tell({ type: "playhead", positionSeconds: 5.5, bufferSeconds: 4 });
  rig.pass(1.5);
  expect(rig.fetched).toContain(3);
  return bob;
}

test("a fetch ends the transfer beside it", () => {
  fetchesBeside(50_000);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
  expect(rig.announced.at(-1)).toMatchObject({ fetching: [3] });
});

test("of a transfer that is nearly done the rest is taken beside the fetch", () => {
  fetchesBeside(300_000);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
});

test("what isn't being fetched may be taken from peers", () => {
  rig.lists(1, 1);
  expect(rig.scheduler.wants(RENDITION, 7)).toBe(true);
  expect(rig.scheduler.wants("https://cdn.test/other.m3u8", 1)).toBe(true);
});

/** Segments 2 to 5 appear, over a line of 8 Mbit/s. Segment 3 is a peer's to fetch. */
function listsFourOverAFastLine(): string {
  hasFetchedAt(8_000_000);
  const bob = meetsPeerBefore(3);
  rig.lists(2, 4);
  return bob;
}

test("nothing begins to come beside a fetch that is needed before it and soon, unless that stands still", () => {
  listsFourOverAFastLine();
  rig.tell({ type: "playhead", positionSeconds: 2.8, bufferSeconds: 1.2 });
  rig.demands(2);
  expect(rig.fetched.at(-1)).toBe(2);
  expect([3, 4].map((sequence) => rig.scheduler.wants(RENDITION, sequence))).toEqual([false, false]);
  rig.pass(0.5);
  rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: 64_000 });
  rig.pass(0.6);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
  rig.pass(0.2);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
});

test("a transfer that hasn't begun to come ends for a fetch that is needed before it and soon", () => {
  const isWantedAfter = (transferred: number) => {
    rig = new SchedulerRig();
    const bob = listsFourOverAFastLine();
    rig.tell({ type: "playhead", positionSeconds: 2.8, bufferSeconds: 1.2 });
    rig.transferStarts(3, bob);
    rig.tell({ type: "transfer-progress", peerId: bob, bytes: transferred });
    rig.demands(2);
    expect(rig.fetched.at(-1)).toBe(2);
    return rig.scheduler.wants(RENDITION, 3);
  };
  expect(isWantedAfter(0)).toBe(false);
  expect(isWantedAfter(16_000)).toBe(true);
});

/** Segment 3 is fetched at once, so long before the player needs it; a peer has the next two. */
function fetchesForOthers(
  secondsToNeed: number,
  isTransferring = false,
  peersBitsPerSecond = 8_000_000,
): void {
  rig = new SchedulerRig();
  hasFetchedAt(8_000_000);
  const bob = meetsPeerAfter(3);
  hasTakenAt(peersBitsPerSecond, 1, bob);
  rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  rig.tell({ type: "playhead", positionSeconds: 6 - secondsToNeed, bufferSeconds: secondsToNeed });
  rig.hears(bob, { held: [4, 5] });
  rig.lists(4, 2);
  if (isTransferring) {
    rig.transferStarts(5, bob);
    rig.tell({ type: "transfer-progress", peerId: bob, bytes: 75_000 });
  }
  rig.lists(3, 3);
  expect(rig.fetched).toContain(3);
}

test("nobody fetches for others beside what its own player needs before it and soon", () => {
  const fetchesBeside = (bufferSeconds: number) => {
    rig = new SchedulerRig();
    hasFetchedAt(8_000_000);
    meetsPeerAfter(3);
    rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
    rig.tell({ type: "playhead", positionSeconds: 4 - bufferSeconds, bufferSeconds });
    rig.lists(2, 1);
    rig.demands(2);
    rig.lists(2, 2);
    return rig.fetched.slice(1);
  };
  expect(fetchesBeside(1.5)).toEqual([2, 3]);
  expect(fetchesBeside(1.3)).toEqual([2]);
  rig.tell({ type: "fetch-done", fetch: "main 2", data: new ArrayBuffer(BYTES), timing: null });
  expect(rig.fetched.slice(1)).toEqual([2, 3]);
});

test("beside a fetch that isn't needed soon peers bring what they have", () => {
  fetchesForOthers(1.6);
  expect(rig.scheduler.wants(RENDITION, 4)).toBe(true);
  fetchesForOthers(1.3);
  expect(rig.scheduler.wants(RENDITION, 4)).toBe(false);
  // What comes already makes it more urgent, and may go on.
  fetchesForOthers(1.68, true);
  expect([4, 5].map((sequence) => rig.scheduler.wants(RENDITION, sequence))).toEqual([false, true]);
  // Less so on a line that is known to carry more than the CDN sends.
  fetchesForOthers(1.68, true, 11_000_000);
  expect(rig.scheduler.wants(RENDITION, 4)).toBe(true);
});

test("while the picture stands, as before it first plays, peers bring what they have; then what was fetched for it comes first", () => {
  listsFourOverAFastLine();
  rig.tell({ type: "playhead", positionSeconds: null, bufferSeconds: 0 });
  rig.demands(2);
  expect(rig.fetched.at(-1)).toBe(2);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
  rig.tell({ type: "playhead", positionSeconds: 3, bufferSeconds: 1 });
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
});

test("a transfer that is under way goes on beside a fetch, which began earlier for it", () => {
  const fetchesAfter = (transferred: number) => {
    rig = new SchedulerRig();
    const bob = listsFourOverAFastLine();
    rig.tell({ type: "playhead", positionSeconds: 0, bufferSeconds: 4 });
    rig.fetched.length = 0;
    rig.transferStarts(3, bob);
    rig.tell({ type: "transfer-progress", peerId: bob, bytes: transferred });
    let seconds = 0;
    for (; !rig.fetched.includes(2) && seconds < 4; seconds += 0.1) {
      rig.tell({ type: "playhead", positionSeconds: seconds, bufferSeconds: 4 - seconds });
      if (transferred > 0) rig.tell({ type: "transfer-progress", peerId: bob, bytes: 1 });
      rig.pass(0.1);
    }
    return seconds;
  };
  const alone = fetchesAfter(0);
  // 300 kB at 8 Mbit/s.
  expect(Math.abs(fetchesAfter(75_000) - (alone - 0.3))).toBeLessThan(0.15);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
});

test("a viewer whose last fetch came late fetches the next so much sooner before its player runs dry", () => {
  const fetchesAfter = (lateSeconds: number) => {
    rig = new SchedulerRig();
    hasFetchedAt(8_000_000);
    rig.lists(1, 1);
    const timing = { firstByteSeconds: 0.05 + lateSeconds, transferSeconds: (BYTES * 8) / 8_000_000 };
    rig.tell({ type: "fetch-done", fetch: lastFetch(), data: new ArrayBuffer(BYTES), timing });
    const bob = peerOf(3, true);
    rig.connects(bob);
    rig.pass(1);
    rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
    rig.hears(bob, { fetching: [3] });
    rig.tell({ type: "playhead", positionSeconds: 2, bufferSeconds: 4 });
    rig.lists(3, 1);
    let seconds = 0;
    for (; !rig.fetched.includes(3) && seconds < 4; seconds += 0.05) {
      rig.tell({ type: "playhead", positionSeconds: 2 + seconds, bufferSeconds: 4 - seconds });
      rig.pass(0.05);
    }
    return seconds;
  };
  const onTime = fetchesAfter(0);
  expect(onTime).toBeLessThan(4);
  expect(onTime - fetchesAfter(0.5)).toBeGreaterThan(0.4);
});

/** The last fetch that began. */
function lastFetch(): string {
  return `main ${rig.asked.length}`;
}

/** A fetch of segment 3 turns out to be late, and a peer that holds it sends it faster. Returns that fetch. */
function isOvertakenBy(bob: string): string {
  rig.lists(3, 1);
  expect(rig.fetched.at(-1)).toBe(3);
  const fetch = lastFetch();
  rig.tell({ type: "fetch-progress", fetch, bytes: 20_000 });
  rig.connects(bob);
  rig.hears(bob, { held: [3] });
  rig.pass(0.5);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
  rig.tell({ type: "fetch-progress", fetch, bytes: 20_000 });
  rig.pass(0.6);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
  rig.transferStarts(3, bob);
  rig.pass(0.2);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 100_000 });
  rig.pass(0.3);
  return fetch;
}

test("a fetch that turns out to be late may be overtaken by a peer nearby, and then ends", () => {
  hasFetchedAt(20_000_000);
  arePeersNear();
  const fetch = isOvertakenBy(peerOf(3, true));
  expect(rig.aborted).toEqual([fetch]);
  rig.peerSends(3, BYTES);
  expect(rig.received.at(-1)).toMatchObject({ sequence: 3, wasAlsoFetched: false });
});

test("on a line with room for both, a late fetch goes on until a peer far away is done", () => {
  hasFetchedAt(20_000_000);
  const fetch = isOvertakenBy(peerOf(3, true));
  expect(rig.aborted).toEqual([]);
  rig.peerSends(3, BYTES);
  expect(rig.aborted).toEqual([fetch]);
});

test("a fetch ends for a transfer once, and isn't begun again as long as that seems the sooner", () => {
  hasFetchedAt(20_000_000);
  arePeersNear();
  const bob = peerOf(3, true);
  rig.lists(3, 1);
  rig.connects(bob);
  rig.hears(bob, { held: [3] });
  rig.tell({ type: "playhead", positionSeconds: null, bufferSeconds: 0 });
  rig.demands(3);
  const before = rig.asked.length;
  const overtakes = () => {
    const fetch = lastFetch();
    rig.tell({ type: "fetch-progress", fetch, bytes: 20_000 });
    rig.pass(0.6);
    rig.tell({ type: "fetch-progress", fetch, bytes: 20_000 });
    rig.transferStarts(3, bob);
    rig.pass(0.3);
    rig.tell({ type: "transfer-progress", peerId: bob, bytes: 50_000 });
    rig.pass(0.3);
    return fetch;
  };
  const first = overtakes();
  expect(rig.aborted).toEqual([first]);
  // 325 kB at 83 kB/s, where fetches used to take 0.2 s.
  expect(rig.asked.length).toBe(before);
  rig.pass(0.8);
  expect(rig.asked.length).toBe(before + 1);
  expect(rig.fetched.at(-1)).toBe(3);
  overtakes();
  expect(rig.aborted).toEqual([first]);
});

test("while the video stalls, any fetch that isn't done is late", () => {
  hasFetchedAt(20_000_000);
  const bob = peerOf(3, true);
  rig.lists(3, 1);
  rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: 20_000 });
  rig.connects(bob);
  rig.hears(bob, { held: [3] });
  rig.tell({ type: "playhead", positionSeconds: null, bufferSeconds: 0 });
  rig.pass(0.5);
  rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: 300_000 });
  rig.pass(0.6);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
});

test("a late fetch over a narrow line isn't made later by a transfer beside it", () => {
  hasFetchedAt(2_000_000);
  const bob = meetsPeerBefore(3);
  hasTakenAt(2_000_000, 2, bob);
  rig.tell({ type: "fetch-done", fetch: "main 2", data: new ArrayBuffer(BYTES), timing: null });
  rig.lists(3, 1);
  rig.hears(bob, { held: [3] });
  rig.tell({ type: "fetch-progress", fetch: "main 3", bytes: 20_000 });
  rig.pass(0.6);
  rig.tell({ type: "fetch-progress", fetch: "main 3", bytes: 20_000 });
  rig.pass(0.6);
  expect(rig.fetched.at(-1)).toBe(3);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
});

test("over a slow line, who is alone fetches only what the player asks for", () => {
  const fetches = (bitsPerSecond: number, meets: () => void) => {
    rig = new SchedulerRig();
    hasFetchedAt(bitsPerSecond);
    meets();
    rig.lists(3, 1);
    return rig.fetched.slice(1);
  };
  const isAlone = () => {};
  expect(fetches(20_000_000, isAlone)).toEqual([3]);
  expect(fetches(2_000_000, isAlone)).toEqual([]);
  const isFetcher = () => {
    meetsPeerAfter(3);
    rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  };
  expect(fetches(2_000_000, isFetcher)).toEqual([3]);
  fetches(2_000_000, isAlone);
  rig.demands(3);
  expect(rig.fetched.at(-1)).toBe(3);
});

test("a fetch that is in time is left alone, whatever peers hold", () => {
  hasFetchedAt(2_000_000);
  rig.lists(3, 1);
  rig.demands(3);
  rig.connects(peerOf(3, true));
  rig.hears(peerOf(3, true), { held: [3] });
  for (let quarter = 0; quarter < 6; quarter += 1) {
    rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: BYTES / 6 });
    rig.pass(0.25);
  }
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
  expect(rig.aborted).toEqual([]);
});

test("who arrives on a full line waits for a near peer's copy before its own first fetch is done", () => {
  rig.answer = () => null;
  rig.lists(0, 1);
  rig.pass(0.1);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    rig.tell({ type: "fetch-progress", fetch: "main 1", bytes: BYTES / 40 });
    rig.pass(0.1);
  }
  const bob = meetsPeerBefore(1);
  rig.hears(bob, { held: [0] });
  rig.transferStarts(0, bob);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 1 });
  rig.pass(0.2);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: BYTES });
  rig.peerSends(0, BYTES);
  rig.asked.length = 0;
  rig.tell({ type: "playhead", positionSeconds: 1.5, bufferSeconds: 0.5 });
  rig.hears(bob, { held: [0], fetching: [1] });
  rig.lists(0, 2);
  rig.pass(0.5);
  expect(rig.fetched).toEqual([]);
});

test("over a narrow line peers bring one segment at a time, and none while another is fetched", () => {
  hasFetchedAt(2_000_000);
  const bob = meetsPeerBefore(3);
  hasTakenAt(2_000_000, 2, bob);
  rig.tell({ type: "fetch-done", fetch: "main 2", data: new ArrayBuffer(BYTES), timing: null });
  rig.tell({ type: "playhead", positionSeconds: null, bufferSeconds: 0 });
  rig.lists(3, 3);
  expect([3, 4].map((sequence) => rig.scheduler.wants(RENDITION, sequence))).toEqual([true, true]);
  rig.transferStarts(3, bob);
  expect([3, 4].map((sequence) => rig.scheduler.wants(RENDITION, sequence))).toEqual([true, false]);
  rig.tell({ type: "transfer-lost", url: rig.urlOf(3) });
  rig.demands(5);
  expect([3, 4].map((sequence) => rig.scheduler.wants(RENDITION, sequence))).toEqual([false, false]);
});

test("of two who began to fetch at once, the one that comes second ends its fetch, once", () => {
  hasFetchedAt(20_000_000);
  const bob = meetsPeerBefore(3);
  rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  rig.lists(3, 1);
  rig.pass(2.1);
  expect(rig.fetched.at(-1)).toBe(3);
  rig.pass(0.1);
  rig.hears(bob, { fetching: [3] });
  expect(rig.aborted).toEqual(["main 2"]);
  expect(rig.announced.at(-1)).toMatchObject({ fetching: [] });
  rig.hears(bob, {});
  rig.pass(2.1);
  expect(rig.fetched.at(-1)).toBe(3);
  rig.hears(bob, { fetching: [3] });
  expect(rig.aborted).toEqual(["main 2"]);
});

test("a fetch that is needed soon, or well under way, isn't left to anybody", () => {
  hasFetchedAt(20_000_000);
  const bob = meetsPeerBefore(3);
  rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  rig.lists(3, 1);
  rig.pass(2.1);
  rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: BYTES / 2 });
  rig.hears(bob, { fetching: [3] });
  expect(rig.aborted).toEqual([]);
  rig.tell({ type: "playhead", positionSeconds: 4.5, bufferSeconds: 4 });
  rig.lists(3, 1);
  rig.hears(bob, { fetching: [3] });
  expect(rig.aborted).toEqual([]);
});

test("the one that comes first goes on with its fetch", () => {
  hasFetchedAt(20_000_000);
  const bob = meetsPeerAfter(3);
  rig.tell({ type: "swarm-counted", stream: "main", viewers: 2 });
  rig.lists(3, 1);
  rig.hears(bob, { fetching: [3] });
  expect(rig.aborted).toEqual([]);
});

/** Plays on with what is held, for so many seconds, looking twice a second. */
function playsFor(seconds: number, from: { position: number; buffer: number }): void {
  for (let passed = 0; passed < seconds; passed += 0.25) {
    const buffer = Math.max(0, from.buffer - passed);
    const positionSeconds = buffer > 0 ? from.position + passed : null;
    rig.tell({ type: "playhead", positionSeconds, bufferSeconds: buffer });
    rig.pass(0.25);
  }
}

test("a viewer whose guard ended sharing takes everything from the CDN, at once", () => {
  rig = new SchedulerRig({ shares: false });
  hasFetchedAt(20_000_000);
  const bob = peerOf(30, true);
  rig.connects(bob);
  rig.answer = () => ({ bytes: BYTES, transferSeconds: 0.15 });
  // A long time of playing with a good buffer, then a freeze.
  for (let sequence = 1; sequence < 13; sequence += 1) {
    rig.lists(sequence, 4);
    rig.hears(bob, { fetching: [sequence + 3] });
    playsFor(2, { position: (sequence - 1) * 2, buffer: 6 });
  }
  rig.lists(13, 4);
  playsFor(4, { position: 24, buffer: 3 });
  expect(rig.scheduler.guardLevel).toBe("cdn-only");
  expect(rig.scheduler.wants(RENDITION, 16)).toBe(false);
  rig.asked.length = 0;
  rig.tell({ type: "playhead", positionSeconds: 27, bufferSeconds: 1 });
  rig.lists(13, 8);
  rig.pass(0.1);
  expect(rig.fetched.length).toBeGreaterThan(0);
});

test("transfers that broke off tell as well that a line is narrow", () => {
  hasFetchedAt(2_000_000);
  const bob = meetsPeerBefore(3);
  rig.lists(1, 2);
  rig.transferStarts(2, bob);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 1 });
  rig.pass(0.5);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 125_000 });
  rig.tell({ type: "transfer-lost", url: rig.urlOf(2) });
  expect(rig.announced.at(-1)).toMatchObject({ mayFetch: false });
});

test("where fetches are slow, a trial beside one tells after its first bytes whether the line is narrow, and ends if so", () => {
  hasFetchedAt(2_000_000);
  const bob = meetsPeerBefore(3);
  rig.lists(2, 3);
  rig.demands(2);
  expect(rig.fetched.at(-1)).toBe(2);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
  rig.transferStarts(3, bob);
  expect(rig.scheduler.wants(RENDITION, 4)).toBe(false);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 1 });
  rig.pass(0.3);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 60_000 });
  // What the fetch brings meanwhile tells nothing of its own.
  rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: 64_000 });
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 1 });
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
  rig.pass(0.2);
  const announcements = rig.announced.length;
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 10_000 });
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
  expect(rig.announced.length).toBe(announcements + 1);
});

test("while the player needs what is being fetched, no trial delays it on a line that brings the stream by itself", () => {
  hasFetchedAt(2_000_000);
  meetsPeerBefore(3);
  rig.tell({ type: "playhead", positionSeconds: 1.8, bufferSeconds: 2.2 });
  rig.lists(2, 3);
  rig.demands(2);
  expect(rig.fetched.at(-1)).toBe(2);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
  // Where the video stalls, all the more.
  rig.tell({ type: "playhead", positionSeconds: null, bufferSeconds: 0 });
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
});

test("a line that is slower than the stream has nothing to lose by a trial", () => {
  hasFetchedAt(1_000_000);
  meetsPeerBefore(3);
  rig.tell({ type: "playhead", positionSeconds: 1.8, bufferSeconds: 2.2 });
  rig.lists(2, 3);
  rig.demands(2);
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
});

test("a trial that the buffer bore when the fetch began may run to its end", () => {
  hasFetchedAt(2_000_000);
  meetsPeerBefore(3);
  rig.tell({ type: "playhead", positionSeconds: 0.5, bufferSeconds: 3.5 });
  rig.lists(2, 3);
  rig.demands(2);
  rig.pass(1.2);
  rig.tell({ type: "playhead", positionSeconds: 1.7, bufferSeconds: 2.3 });
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
  rig.tell({ type: "playhead", positionSeconds: null, bufferSeconds: 0 });
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(false);
});

test("a trial that shows a fast line goes on beside the fetch", () => {
  hasFetchedAt(2_000_000);
  const bob = meetsPeerBefore(3);
  rig.lists(1, 3);
  rig.transferStarts(3, bob);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 1 });
  rig.pass(0.05);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: 100_000 });
  expect(rig.scheduler.wants(RENDITION, 3)).toBe(true);
});

test("a narrow line doesn't fetch ahead of a segment that a peer is sending", () => {
  hasFetchedAt(2_000_000);
  const bob = meetsPeerBefore(3);
  hasTakenAt(2_000_000, 2, bob);
  rig.tell({ type: "fetch-done", fetch: "main 2", data: new ArrayBuffer(BYTES), timing: null });
  rig.tell({ type: "playhead", positionSeconds: null, bufferSeconds: 0 });
  rig.lists(3, 2);
  rig.transferStarts(3, bob);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: BYTES / 2 });
  rig.pass(0.5);
  rig.tell({ type: "transfer-progress", peerId: bob, bytes: BYTES / 4 });
  rig.asked.length = 0;
  rig.tell({ type: "playhead", positionSeconds: 2, bufferSeconds: 2 });
  rig.pass(0.1);
  expect(rig.fetched).toEqual([]);
  rig.peerSends(3, BYTES);
  expect(rig.fetched).toEqual([4]);
});

test("a peer that has a segment which isn't listed yet makes the playlist be refreshed, once", () => {
  const bob = meetsPeerBefore(3);
  rig.lists(1, 3);
  rig.hears(bob, { held: [1, 2, 3] });
  expect(rig.refreshed).toEqual([]);
  rig.hears(bob, { held: [1, 2, 3], fetching: [4] });
  rig.hears(bob, { held: [1, 2, 3, 4] });
  expect(rig.refreshed).toEqual([`main ${RENDITION}`]);
  rig.lists(1, 4);
  rig.hears(bob, { held: [5] });
  expect(rig.refreshed.length).toBe(2);
});

test("where a playlist couldn't be refreshed, as the CDN was away, a newer segment makes it be tried again at once", () => {
  const bob = meetsPeerBefore(3);
  rig.lists(1, 3);
  rig.hears(bob, { held: [3, 4] });
  rig.hears(bob, { held: [3, 4], fetching: [5] });
  expect(rig.refreshed.length).toBe(2);
});

test("a stream that begins anew, and counts its segments from 0 again, is refreshed as before", () => {
  const bob = meetsPeerBefore(3);
  rig.lists(30, 3);
  rig.hears(bob, { held: [33] });
  rig.lists(0, 3);
  rig.hears(bob, { held: [3] });
  expect(rig.refreshed.length).toBe(2);
});

test("what a peer claims that can't be true refreshes nothing", () => {
  const bob = meetsPeerBefore(3);
  rig.hears(bob, { held: [1] });
  rig.lists(1, 3);
  rig.hears(bob, { held: [900], fetching: [901] });
  expect(rig.refreshed).toEqual([]);
});
