import { beforeEach, expect, test } from "vitest";
import { SchedulerRig } from "../../test/doubles/scheduler-rig.ts";
import { AUDIO, audioAt, peerOf, RENDITION } from "../../test/doubles/stream.ts";

const OTHER = "https://cdn.test/v1/index.m3u8";

/** After this many seconds a fetcher has fetched, if it is one. */
const LONGEST_HOLD_BACK = 3.2;

let rig: SchedulerRig;

beforeEach(() => {
  rig = new SchedulerRig();
});

const playheadAt = (positionSeconds: number | null) =>
  rig.tell({ type: "playhead", positionSeconds, bufferSeconds: 4 });

/** Bytes of segments seen so far, so that the scheduler knows what to expect of a transfer. */
function segmentsAreOf(bytes: number): void {
  rig.answer = () => ({ bytes });
  rig.lists(0, 1);
  rig.pass();
  rig.asked.length = 0;
}

/** A segment of a rendition that the viewer shares with a peer whose turn it is. */
function another(sequence: number): void {
  rig.lists(sequence - 1, 0);
  rig.connects(peerOf(sequence, true));
  rig.pass(1);
  rig.lists(sequence, 1);
}

test("a viewer alone fetches what its player wants at once", () => {
  rig.lists(1, 1);
  const { delivered } = rig.demands(1);
  rig.pass();
  expect(delivered.map(({ source }) => source)).toEqual(["cdn"]);
  expect(rig.received.map(({ delivery }) => delivery.source)).toEqual(["cdn"]);
});

test("a viewer alone fetches what lies ahead before its player asks", () => {
  rig.lists(1, 1);
  rig.pass();
  expect(rig.asked).toEqual(["https://cdn.test/v0/1.m4s"]);
  expect(rig.store.has(RENDITION, 1)).toBe(true);
});

test("before a rendition is played nothing is fetched", () => {
  rig.pass(2);
  expect(rig.asked).toEqual([]);
});

test("what is held already is delivered without asking anyone", () => {
  rig.answer = () => null;
  rig.lists(3, 1);
  rig.peerSends(3);
  const before = rig.asked.length;
  const { delivered } = rig.demands(3);
  rig.pass(1);
  expect(delivered.map(({ source }) => source)).toEqual(["peers"]);
  expect(rig.asked).toHaveLength(before);
});

test("what the playhead has passed, and what peers may still bring, is left alone", () => {
  playheadAt(4);
  rig.lists(1, 1);
  rig.lists(9, 1);
  rig.pass();
  expect(rig.asked).toEqual([]);
});

/** A peer that takes, and that nobody elects. */
function isConnectedWithALeech(): void {
  rig.lists(0, 0);
  rig.connects("-SH02lm-eve000000000");
  rig.pass(1);
}

test("no more than two are fetched ahead at once, and one after the other by who is alone", () => {
  const fetchesAhead = (meets: () => void) => {
    rig = new SchedulerRig();
    rig.answer = () => null;
    meets();
    rig.lists(1, 3);
    rig.pass(1);
    return rig.fetched;
  };
  expect(fetchesAhead(isConnectedWithALeech)).toEqual([1, 2]);
  expect(fetchesAhead(() => {})).toEqual([1]);
});

test("what the player waits for is fetched however many are under way", () => {
  rig.answer = () => null;
  isConnectedWithALeech();
  rig.lists(1, 3);
  rig.demands(3);
  expect(rig.fetched).toEqual([1, 2, 3]);
});

test("for a player that fetches for itself, only what it still asks for is fetched", () => {
  rig.set({ fetchesAhead: false });
  rig.lists(1, 2);
  rig.demands(2);
  rig.pass(1);
  expect(rig.fetched).toEqual([2]);
});

test("while the video stalls, what the player wants is fetched at once, whoever its fetcher is", () => {
  another(3);
  playheadAt(null);
  rig.lists(2, 2);
  expect(rig.asked).toEqual([]);
  rig.demands(3);
  expect(rig.fetched).toEqual([3]);
});

test("when a stall ends, segments ahead are fetched at once", () => {
  playheadAt(null);
  rig.lists(1, 1);
  expect(rig.asked).toEqual([]);
  playheadAt(0);
  expect(rig.fetched).toEqual([1]);
});

test("how a fetch stands is known while it alone brings what the player asked for", () => {
  const demand = 1;
  rig.answer = () => null;
  rig.lists(1, 2);
  expect(rig.scheduler.fetchFor(demand)).toBeNull();
  rig.demands(2);
  const startedAt = rig.now;
  expect(rig.scheduler.fetchFor(demand)).toEqual({ startedAt, firstByteAt: null, bytes: 0 });
  rig.pass(1);
  rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: 300 });
  const progress = { startedAt, firstByteAt: startedAt + 1, bytes: 300 };
  expect(rig.scheduler.fetchFor(demand)).toEqual(progress);
  rig.transferStarts(2, "bob");
  expect(rig.scheduler.fetchFor(demand)).toBeNull();
  rig.tell({ type: "transfer-lost", url: rig.urlOf(2) });
  expect(rig.scheduler.fetchFor(demand)).toEqual(progress);
  rig.peerSends(2);
  expect(rig.scheduler.fetchFor(demand)).toBeNull();
});

test("what was there before a newcomer is left to those who hold it", () => {
  rig.tell({ type: "swarm", state: "joining" });
  rig.lists(3, 1);
  rig.connects(peerOf(3, false));
  rig.pass(1);
  expect(rig.asked).toEqual([]);
});

test("a viewer that has just joined waits for connections as long as it can, a settled one doesn't", () => {
  rig.tell({ type: "swarm", state: "joining" });
  playheadAt(-20);
  rig.set({ peerWindowSeconds: 100 });
  rig.lists(1, 1);
  rig.pass(4.9);
  expect(rig.asked).toEqual([]);
  rig.pass(0.5);
  expect(rig.fetched).toEqual([1]);
});

test("a new segment that is another's to fetch is left to it, and taken from it", () => {
  another(3);
  const { delivered } = rig.demands(3);
  rig.pass(0.5);
  expect(rig.asked).toEqual([]);
  rig.peerSends(3, 20);
  expect(delivered[0]?.data.byteLength).toBe(20);
});

test("a segment that is another's to fetch is fetched before the player runs dry, if nobody brings it", () => {
  another(3);
  rig.pass(1);
  expect(rig.asked).toEqual([]);
  for (let second = 1; second <= 5; second += 0.25) {
    playheadAt(second);
    rig.pass(0.25);
  }
  expect(rig.fetched).toEqual([3]);
});

test("a fetcher whose uplink is slower than the stream leaves the segment to the others", () => {
  segmentsAreOf(500_000);
  rig.connects(peerOf(3, false));
  rig.pass(1);
  rig.tell({ type: "uplink", bitsPerSecond: 1_900_000 });
  rig.lists(3, 1);
  rig.pass(LONGEST_HOLD_BACK);
  expect(rig.asked).toEqual([]);
  // What barely bears the stream isn't enough to take the duty up again.
  rig.tell({ type: "uplink", bitsPerSecond: 2_100_000 });
  expect(rig.asked).toEqual([]);
  rig.tell({ type: "uplink", bitsPerSecond: 2_600_000 });
  expect(rig.fetched).toEqual([3]);
});

test("a slow uplink is forgotten when the viewer leaves its swarms", () => {
  segmentsAreOf(500_000);
  rig.tell({ type: "uplink", bitsPerSecond: 1_000_000 });
  rig.tell({ type: "swarm", state: "left" });
  rig.connects(peerOf(3, false));
  rig.pass(1);
  rig.lists(3, 1);
  rig.pass(LONGEST_HOLD_BACK);
  expect(rig.fetched).toEqual([3]);
});

test("a viewer that only downloads never fetches for the others", () => {
  rig.set({ shares: false });
  rig.lists(0, 0);
  rig.connects(peerOf(3, false));
  rig.pass(1);
  rig.lists(3, 1);
  rig.pass(LONGEST_HOLD_BACK);
  expect(rig.asked).toEqual([]);
  rig.set({ shares: true });
  expect(rig.fetched).toEqual([3]);
});

test("a peer that is faster than the CDN ends the fetch, and both are counted", () => {
  rig.answer = () => null;
  rig.lists(1, 1);
  const { delivered } = rig.demands(1);
  rig.peerSends(1);
  expect(delivered.map(({ source }) => source)).toEqual(["peers"]);
  expect(rig.aborted).toHaveLength(1);
  expect(rig.received.map(({ wasAlsoFetched }) => wasAlsoFetched)).toEqual([true]);
});

test("what a peer brings after the CDN has is counted as fetched twice, and the first copy stays", () => {
  rig.lists(1, 1);
  rig.pass();
  rig.peerSends(1, 7);
  expect(rig.received.map(({ wasAlsoFetched }) => wasAlsoFetched)).toEqual([false, true]);
  expect(rig.store.get(RENDITION, 1)?.data.byteLength).toBe(1000);
});

test("what only peers brought isn't counted as fetched, and a second copy of it not at all", () => {
  another(3);
  rig.peerSends(3);
  rig.peerSends(3);
  expect(rig.received.map(({ wasAlsoFetched }) => wasAlsoFetched)).toEqual([false]);
});

test("the result of a fetch that was aborted changes nothing", () => {
  rig.answer = () => null;
  rig.lists(1, 1);
  rig.peerSends(1, 20);
  rig.tell({ type: "fetch-done", fetch: rig.aborted[0] ?? "", data: new ArrayBuffer(5), timing: null });
  rig.tell({ type: "fetch-failed", fetch: rig.aborted[0] ?? "", status: 500, message: "late" });
  expect(rig.received).toHaveLength(1);
});

test("a demand for what the playlist doesn't list is refused", () => {
  rig.lists(1, 1);
  expect(rig.demands(9).failed).toEqual([410]);
});

test("the player's first request for another rendition plays that one, as its playlist was last", () => {
  rig.lists(1, 1);
  rig.lists(1, 2, OTHER);
  expect(rig.scheduler.playing.map(({ rendition }) => rendition)).toEqual([RENDITION]);
  const { delivered } = rig.demands(2, OTHER);
  rig.pass();
  expect(rig.scheduler.playing.map(({ rendition }) => rendition)).toEqual([OTHER]);
  expect(delivered).toHaveLength(1);
});

test("a rendition whose playlist nobody has read has nothing to give", () => {
  expect(rig.demands(1, OTHER).failed).toEqual([410]);
});

test("both streams are scheduled, each by itself", () => {
  const segment = audioAt(1);
  rig.lists(1, 1);
  rig.tell({ type: "playlist", stream: "secondary", rendition: AUDIO, segments: [segment] });
  rig.pass();
  expect(rig.asked).toEqual(["https://cdn.test/v0/1.m4s", "https://cdn.test/a/1.m4s"]);
  expect(rig.scheduler.playing).toMatchObject([{ segment: { sequence: 1 } }, { segment }]);
});

test("before the video starts, the audio of the segment that the player asks for is fetched beside it", () => {
  const segments = [1, 2].map(audioAt);
  const starts = () => {
    playheadAt(null);
    rig.lists(1, 2);
    rig.tell({ type: "playlist", stream: "secondary", rendition: AUDIO, segments });
    rig.demands(2);
    rig.pass();
    return rig.asked;
  };
  expect(starts()).toEqual(["https://cdn.test/v0/2.m4s", "https://cdn.test/a/2.m4s"]);
  rig = new SchedulerRig({ fetchesAhead: false });
  expect(starts()).toEqual(["https://cdn.test/v0/2.m4s"]);
});

test("a fetch that fails is tried again after a while", () => {
  const answers = [{ status: 503 }, { bytes: 10 }];
  rig.answer = () => answers.shift() ?? null;
  rig.lists(1, 1);
  rig.pass(0.4);
  expect(rig.asked).toHaveLength(1);
  rig.pass(0.6);
  expect(rig.asked).toHaveLength(2);
  expect(rig.store.has(RENDITION, 1)).toBe(true);
});

test("a fetch that fails beside a transfer leaves the transfer to go on", () => {
  segmentsAreOf(1000);
  rig.answer = () => null;
  rig.lists(3, 1);
  rig.tell({ type: "transfer-started", url: rig.urlOf(3), peerId: "bob" });
  rig.tell({ type: "fetch-failed", fetch: "main 2", status: 503, message: "away" });
  rig.tell({ type: "transfer-progress", peerId: "bob", bytes: 900 });
  rig.pass(0.6);
  rig.tell({ type: "transfer-progress", peerId: "bob", bytes: 50 });
  rig.pass(0.6);
  expect(rig.fetched).toEqual([3]);
});

test("while the CDN is away it is asked ever more seldom; once anything came through, soon again", () => {
  rig.answer = () => ({ status: 503 });
  rig.lists(1, 1);
  // At once, and after 0.5, 1, 2 and 4 s; the next is due after 8.
  rig.pass(8);
  expect(rig.asked).toHaveLength(5);
  rig.tell({ type: "cdn-reached" });
  rig.pass(0.8);
  expect(rig.asked).toHaveLength(6);
  // What fails still though the CDN works waits as long as any other failure.
  rig.pass(5);
  expect(rig.asked).toHaveLength(6);
});

test("a segment that comes through shows as well that the CDN works", () => {
  rig.answer = (url) => (url === rig.urlOf(1) ? { status: 503 } : { bytes: 1000 });
  rig.lists(1, 1);
  rig.pass(8);
  expect(rig.fetched).toEqual([1, 1, 1, 1, 1]);
  rig.lists(1, 2);
  rig.pass(0.8);
  expect(rig.fetched).toEqual([1, 1, 1, 1, 1, 2, 1]);
});

test("a segment that fails again and again is given back to the player, which may know another way", () => {
  rig.answer = () => ({ status: 404 });
  rig.lists(1, 1);
  const { failed } = rig.demands(1);
  // Failures are at 0, 0.5 and 1.5 s.
  rig.pass(1.4);
  expect(failed).toEqual([]);
  rig.pass(2.6);
  expect(failed).toEqual([404]);
});

test("a demand that was refused isn't answered again", () => {
  rig.answer = () => ({ status: 404 });
  rig.lists(1, 1);
  const { failed, delivered } = rig.demands(1);
  rig.pass(1.6);
  rig.answer = () => ({ bytes: 1000 });
  rig.pass(10);
  expect(rig.store.has(RENDITION, 1)).toBe(true);
  expect(failed).toEqual([404]);
  expect(delivered).toEqual([]);
});

test("a demand that was answered isn't refused when its segment leaves the playlist", () => {
  rig.lists(1, 1);
  const { failed, delivered } = rig.demands(1);
  rig.pass();
  rig.lists(2, 1);
  expect(delivered).toHaveLength(1);
  expect(failed).toEqual([]);
});

test("the throughput that a fetch showed is what the player is told, and a segment of no bytes shows none", () => {
  expect(rig.scheduler.throughputBitsPerSecond).toBeNull();
  rig.lists(1, 1);
  rig.pass();
  expect(rig.scheduler.throughputBitsPerSecond).toBeNull();
  rig.answer = () => ({ bytes: 1_000_000, transferSeconds: 1 });
  rig.lists(1, 2);
  const { delivered } = rig.demands(2);
  rig.pass();
  expect(rig.scheduler.throughputBitsPerSecond).toBe(8_000_000);
  expect(delivered[0]?.bitsPerSecond).toBe(8_000_000);
});

test("the player is told at once that a line got slower, though by all fetches together it still seems faster", () => {
  rig.answer = () => ({ bytes: 1_000_000, transferSeconds: 1 });
  rig.lists(1, 1);
  rig.pass();
  rig.answer = () => null;
  rig.lists(1, 2);
  const { delivered } = rig.demands(2);
  rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: 0 });
  rig.pass(4);
  rig.tell({ type: "fetch-progress", fetch: "main 2", bytes: 1_000_000 });
  const timing = { firstByteSeconds: 0, transferSeconds: 4 };
  rig.tell({ type: "fetch-done", fetch: "main 2", data: new ArrayBuffer(1_000_000), timing });
  expect(delivered.map(({ bitsPerSecond }) => Math.round(bitsPerSecond))).toEqual([2_000_000]);
  expect(rig.scheduler.throughputBitsPerSecond).toBeGreaterThan(6_000_000);
});

/** What the player is told when a peer takes so long for 100 kB. */
function throughputByPeerIn(seconds: number): number | undefined {
  rig.answer = () => null;
  rig.lists(2, 1);
  const { delivered } = rig.demands(2);
  rig.tell({ type: "transfer-started", url: rig.urlOf(2), peerId: "bob" });
  rig.pass(seconds);
  rig.peerSends(2, 100_000);
  return delivered[0]?.bitsPerSecond;
}

test("a fast peer raises the player's throughput estimate", () => {
  expect(throughputByPeerIn(0.1)).toBeCloseTo(8_000_000);
});

test("a slow peer doesn't lower it", () => {
  rig.answer = () => ({ bytes: 1_000_000, transferSeconds: 1 });
  rig.lists(1, 1);
  rig.pass();
  expect(throughputByPeerIn(4)).toBe(8_000_000);
});

test.each([
  { from: "its peer", peerId: "bob", fetched: 0 },
  { from: "a connection whose peer isn't known", peerId: "", fetched: 0 },
  { from: "somebody else", peerId: "eve", fetched: 1 },
])("a transfer is judged by the bytes that come from $from", ({ peerId, fetched }) => {
  segmentsAreOf(1000);
  another(3);
  rig.answer = () => null;
  rig.tell({ type: "transfer-started", url: rig.urlOf(3), peerId: "bob" });
  rig.pass(0.1);
  rig.tell({ type: "transfer-progress", peerId, bytes: 900 });
  playheadAt(5.1);
  rig.pass(0.3);
  expect(rig.asked).toHaveLength(fetched);
});

test("a transfer that breaks off is made up for by a fetch", () => {
  segmentsAreOf(1000);
  another(3);
  rig.tell({ type: "transfer-started", url: rig.urlOf(3), peerId: "bob" });
  rig.tell({ type: "transfer-progress", peerId: "bob", bytes: 900 });
  playheadAt(5.1);
  rig.pass(0.3);
  expect(rig.asked).toEqual([]);
  rig.tell({ type: "transfer-lost", url: rig.urlOf(3) });
  expect(rig.fetched).toEqual([3]);
});

test("a transfer that breaks off beside a fetch leaves the fetch to go on", () => {
  rig.answer = () => null;
  rig.lists(1, 1);
  rig.tell({ type: "transfer-started", url: rig.urlOf(1), peerId: "bob" });
  rig.tell({ type: "transfer-lost", url: rig.urlOf(1) });
  rig.pass(1);
  expect(rig.aborted).toEqual([]);
  expect(rig.fetched).toEqual([1]);
});

test("transfers of what no playlist lists, or what is held, change nothing", () => {
  rig.lists(1, 1);
  rig.pass();
  for (const url of ["https://cdn.test/a/1.m4s", rig.urlOf(1)]) {
    rig.tell({ type: "transfer-started", url, peerId: "bob" });
    rig.tell({ type: "transfer-lost", url });
  }
  rig.peerSends(9);
  rig.peerSends(9, 10, OTHER);
  expect(rig.received.map(({ sequence }) => sequence)).toEqual([1]);
});

test("a transfer of a stored segment leaves it stored", () => {
  rig.lists(1, 1);
  rig.pass();
  rig.tell({ type: "transfer-started", url: rig.urlOf(1), peerId: "bob" });
  expect(rig.demands(1).delivered).toHaveLength(1);
  rig.pass(10);
  expect(rig.fetched).toEqual([1]);
});

test("every change of what is stored is announced", () => {
  playheadAt(-20);
  rig.lists(1, 2);
  expect(rig.announced).toEqual([]);
  rig.peerSends(1);
  expect(rig.announced).toMatchObject([{ rendition: RENDITION }]);
  rig.peerSends(2);
  expect(rig.announced).toHaveLength(2);
  rig.lists(2, 1);
  expect(rig.announced).toHaveLength(3);
  rig.demands(1, OTHER);
  rig.peerSends(1);
  expect(rig.announced).toHaveLength(4);
});

test("of a long window, what lies a minute behind the playhead is let go", () => {
  rig.answer = () => null;
  rig.lists(1, 40);
  for (const sequence of [1, 2, 40]) rig.peerSends(sequence);
  playheadAt(66);
  rig.lists(1, 40);
  expect(rig.store.sequences(RENDITION)).toEqual([40]);
});

test("a segment that leaves the playlist is let go, and fails whoever waits for it", () => {
  rig.answer = () => null;
  rig.lists(1, 3);
  rig.peerSends(1);
  const { failed } = rig.demands(2);
  rig.lists(3, 1);
  expect(failed).toEqual([410]);
  expect(rig.aborted).toEqual(["main 1", "main 2"]);
  expect(rig.store.sequences(RENDITION)).toEqual([]);
});

test("a stale copy of the playlist takes nothing away; numbers that begin anew take all", () => {
  playheadAt(18);
  rig.lists(11, 2);
  rig.pass();
  rig.answer = () => null;
  rig.lists(11, 3);
  rig.lists(10, 2);
  expect(rig.store.sequences(RENDITION)).toContain(11);
  expect(rig.aborted).toEqual([]);
  rig.lists(1, 2);
  expect(rig.store.sequences(RENDITION)).toEqual([]);
});

test("a player that no longer wants a segment isn't given it", () => {
  rig.lists(1, 1);
  const { delivered, drop } = rig.demands(1);
  drop();
  rig.pass(0.1);
  expect(delivered).toEqual([]);
});

test("the fetches of a rendition end when the player leaves it", () => {
  rig.answer = () => null;
  isConnectedWithALeech();
  rig.lists(1, 2);
  const { failed } = rig.demands(1);
  rig.lists(1, 2, OTHER);
  rig.demands(1, OTHER);
  expect(rig.aborted).toEqual(["main 1", "main 2"]);
  expect(failed).toEqual([410]);
});

test("another rendition starts afresh: its segments are its own", () => {
  rig.lists(1, 1);
  rig.pass();
  rig.lists(1, 1, OTHER);
  rig.answer = () => null;
  expect(rig.demands(1, OTHER).delivered).toEqual([]);
});

test("of another rendition, what the player has of the first isn't brought again before it asks", () => {
  rig.lists(1, 4);
  rig.pass();
  rig.asked.length = 0;
  rig.lists(1, 5, OTHER);
  rig.demands(4, OTHER);
  rig.pass(1);
  expect(rig.fetched).toEqual([4, 5]);
  expect([3, 4].map((sequence) => rig.scheduler.wants(OTHER, sequence))).toEqual([false, true]);
  rig.demands(2, OTHER);
  rig.pass(1);
  expect(rig.fetched).toEqual([4, 5, 2, 3]);
});

test("a rendition that was left is kept for peers that still ask, and then let go", () => {
  rig.lists(1, 1);
  rig.pass();
  rig.demands(1, OTHER);
  expect(rig.store.has(RENDITION, 1)).toBe(true);
  rig.peerSends(2);
  rig.peerSends(2);
  expect(rig.store.sequences(RENDITION)).toEqual([1, 2]);
  rig.pass(8);
  rig.lists(1, 0, OTHER);
  expect(rig.store.sequences(RENDITION)).toEqual([]);
});

test("renditions that were left one soon after another are all let go", () => {
  rig.lists(1, 1);
  rig.pass();
  rig.lists(1, 1, OTHER);
  rig.demands(1, OTHER);
  rig.pass();
  expect(rig.store.has(OTHER, 1)).toBe(true);
  rig.demands(1, "third");
  rig.pass(8);
  rig.lists(1, 0, "third");
  expect([RENDITION, OTHER].map((rendition) => rig.store.has(rendition, 1))).toEqual([false, false]);
});

test("a rendition that the player came back to is kept, with what is held of it", () => {
  rig.lists(1, 1);
  rig.pass();
  rig.demands(1, OTHER);
  rig.answer = () => null;
  expect(rig.demands(1).delivered).toHaveLength(1);
  rig.pass(8);
  rig.lists(1, 1);
  expect(rig.store.has(RENDITION, 1)).toBe(true);
});

test("peers are those of the rendition that is played, and only while the viewer is in the swarm", () => {
  rig.lists(1, 1);
  rig.connects(peerOf(3, true));
  expect(rig.scheduler.peerCount).toBe(1);
  rig.tell({ type: "peer-closed", stream: "main", peerId: peerOf(3, true) });
  expect(rig.scheduler.peerCount).toBe(0);
  rig.connects(peerOf(3, true));
  rig.demands(1, OTHER);
  expect(rig.scheduler.peerCount).toBe(0);
  rig.connects(peerOf(3, true));
  rig.tell({ type: "swarm", state: "left" });
  expect(rig.scheduler.peerCount).toBe(0);
});

/** The peer that is connected with the viewer, and comes to hold each segment after it. */
let onlyPeer = "";

/** Lists a new segment. Returns how long it was held back until fetched, or null if a peer brought it before. */
function holdBackOf(sequence: number, peerBringsItAfter: number): number | null {
  playheadAt(sequence * 2 - 6);
  rig.hears(onlyPeer, { held: [sequence - 1] });
  const { now, asked } = rig;
  const before = asked.length;
  rig.lists(sequence, 1);
  while (asked.length === before && rig.now - now < peerBringsItAfter) rig.pass(0.05);
  const seconds = asked.length > before ? rig.now - now : null;
  rig.peerSends(sequence);
  return seconds;
}

/** How long this viewer held back each segment that it fetched of those from `first`, before `end`. */
function holdBacks(first: number, end: number, peerBringsItAfter: number): number[] {
  const sequences = Array.from({ length: end - first }, (_, index) => first + index);
  return sequences.flatMap((sequence) => holdBackOf(sequence, peerBringsItAfter) ?? []);
}

/** The peer never fetches. Backups begin after 3.5 s, so whatever is fetched within three seconds was held back. */
const NEVER = 3;

function joinsOnePeer(): void {
  onlyPeer = peerOf(1, false);
  rig.lists(0, 0);
  rig.connects(onlyPeer);
  rig.pass(1);
}

test("holding back that is never of use ends", () => {
  joinsOnePeer();
  const seconds = holdBacks(1, 60, NEVER);
  expect(Math.max(...seconds)).toBeGreaterThan(1);
  expect(seconds.slice(-8).every((wait) => wait < 0.1)).toBe(true);
});

test("holding back that saves copies goes on", () => {
  joinsOnePeer();
  // What it fetches at all is what it needn't hold back, as the lowest score far and wide.
  expect(holdBacks(1, 60, 1).every((wait) => wait < 0.1)).toBe(true);
  expect(rig.received.filter(({ delivery }) => delivery.source === "peers").length).toBeGreaterThan(40);
});

test("holding back that saves copies grows again", () => {
  joinsOnePeer();
  let next = 1;
  for (let inVain = 0; inVain < 3; next += 1) if ((holdBackOf(next, NEVER) ?? 0) > 0.1) inVain += 1;
  holdBacks(next, next + 60, 0.06);
  // A fifth of the longest, as after three in vain, would be 0.6 s at most.
  expect(Math.max(...holdBacks(next + 60, next + 120, NEVER))).toBeGreaterThan(1);
});

/** A segment whose score is too high to be fetched at once. */
const HELD_BACK = 33;

/** How long the viewer holds back a segment after so many seconds for each transfer before. */
function holdBackAfterTransfersOf(seconds: number): number {
  rig = new SchedulerRig();
  rig.answer = () => null;
  rig.lists(0, 0);
  onlyPeer = peerOf(HELD_BACK, false);
  rig.connects(onlyPeer);
  rig.pass(1);
  for (let sequence = 1; sequence < HELD_BACK; sequence += 1) {
    playheadAt(sequence * 2 - 6);
    rig.hears(onlyPeer, { held: [sequence - 1] });
    rig.lists(sequence, 1);
    rig.tell({ type: "transfer-started", url: rig.urlOf(sequence), peerId: "bob" });
    rig.pass(seconds);
    rig.peerSends(sequence);
  }
  return holdBackOf(HELD_BACK, NEVER) ?? Number.POSITIVE_INFINITY;
}

test("slow handovers shorten the hold-back", () => {
  expect(holdBackAfterTransfersOf(0.2)).toBeGreaterThan(1);
  expect(holdBackAfterTransfersOf(2.5)).toBeLessThan(0.2);
});

test("before the first segment has come, the player is at the one that it waits for", () => {
  rig.answer = () => null;
  playheadAt(null);
  rig.lists(1, 3);
  rig.demands(2);
  expect(rig.scheduler.playing).toMatchObject([{ segment: { sequence: 2 } }]);
});
