/** What the scheduler does with signatures, and with what turns out to be broken. */

import { beforeEach, expect, test } from "vitest";
import { SchedulerRig } from "../../test/doubles/scheduler-rig.ts";
import { peerOf, RENDITION } from "../../test/doubles/stream.ts";

const peer = peerOf(1, false);
let rig: SchedulerRig;

beforeEach(() => {
  rig = new SchedulerRig({ signs: true });
});

/** A peer is connected in the rendition's swarm. */
function joins(): void {
  rig.lists(0, 0);
  rig.connects(peer);
}

/** The playhead moves on from 0, up to this position. */
function playsUpTo(end: number): void {
  for (let positionSeconds = 0; positionSeconds <= end; positionSeconds += 0.5) {
    rig.tell({ type: "playhead", positionSeconds, bufferSeconds: 4 });
    rig.pass(0.5);
  }
}

/** A viewer that has fetched segments 1 to 3 among peers. */
function fetchesAmongPeers(): void {
  joins();
  rig.lists(1, 3);
  playsUpTo(3);
  expect(new Set(rig.fetched)).toEqual(new Set([1, 2, 3]));
}

test("who fetches among peers fetches the signature at the same time, once", () => {
  rig.answer = () => null;
  joins();
  rig.lists(1, 1);
  rig.demands(1);
  rig.pass(4);
  expect([rig.fetched, rig.signaturesFetched]).toEqual([[1], [1]]);
});

test("peers may have a segment once it is signed, and are told so", () => {
  fetchesAmongPeers();
  expect(rig.signed).toEqual([1, 2, 3]);
  expect(rig.store.sequences(RENDITION)).toEqual([]);
  expect(rig.announced.at(-1)?.fetching).toEqual([1, 2, 3]);
  rig.signs(2);
  expect(rig.store.sequences(RENDITION)).toEqual([2]);
  expect(rig.announced.at(-1)?.fetching).toEqual([1, 3]);
});

test("the player gets a segment before it is signed", () => {
  joins();
  rig.lists(1, 1);
  const { delivered } = rig.demands(1);
  rig.pass(6);
  expect(delivered).toHaveLength(1);
});

test("alone, a viewer asks for no signatures; what it holds is signed once somebody comes", () => {
  rig.lists(1, 3);
  rig.pass(2);
  expect([rig.fetched, rig.signaturesFetched, rig.signed]).toEqual([[1, 2, 3], [], []]);
  rig.connects(peer);
  rig.pass(0.3);
  expect(rig.signed).toEqual([1, 2, 3]);
});

test("what is behind the playhead isn't signed any more", () => {
  rig.lists(1, 3);
  rig.pass(2);
  rig.tell({ type: "playhead", positionSeconds: 5, bufferSeconds: 3 });
  rig.connects(peer);
  rig.pass(0.3);
  expect(rig.signed).toEqual([2, 3]);
});

test.each([
  ["doesn't upload", { shares: false }],
  ["watches a stream that isn't signed", { signs: false }],
])("a viewer that %s asks for no signatures", (_, settings) => {
  rig = new SchedulerRig({ signs: true, ...settings });
  joins();
  rig.lists(1, 3);
  rig.pass(8);
  expect([rig.signaturesFetched, rig.signed]).toEqual([[], []]);
});

test("a stream that isn't signed is shared as it is", () => {
  rig = new SchedulerRig({ signs: false });
  rig.lists(1, 1);
  rig.pass(1);
  expect(rig.store.sequences(RENDITION)).toEqual([1]);
});

test("what comes from peers is signed already", () => {
  joins();
  rig.lists(1, 1);
  rig.peerSends(1);
  rig.pass(1);
  expect([rig.signed, rig.store.sequences(RENDITION)]).toEqual([[], [1]]);
});

test("without a signature a segment isn't announced, and the signer is asked again, ever more seldom", () => {
  fetchesAmongPeers();
  expect(rig.scheduler.hasSignatures).toBeNull();
  rig.signs(1, null);
  expect(rig.announced.at(-1)?.fetching).toEqual([2, 3]);
  rig.signs(2, null);
  expect(rig.scheduler.hasSignatures).toBe(false);
  // Nobody waits for what won't be signed.
  expect(rig.announced.at(-1)?.fetching).toEqual([]);
  rig.signs(3, null);
  rig.pass(1.9);
  expect(rig.signed.slice(3)).toEqual([1, 2]);
  rig.pass(0.3);
  expect(rig.signed.slice(3)).toEqual([1, 2, 3]);
  rig.signs(1);
  expect(rig.scheduler.hasSignatures).toBe(true);
  expect(rig.announced.at(-1)?.fetching).toEqual([2, 3]);
  expect(rig.store.sequences(RENDITION)).toEqual([1]);
});

test("who takes all from peers after refusals learns after a while that signatures come again", () => {
  fetchesAmongPeers();
  rig.signs(1, null);
  rig.signs(2, null);
  rig.tell({ type: "playhead", positionSeconds: 8, bufferSeconds: 4 });
  rig.pass(11.9);
  expect(rig.scheduler.hasSignatures).toBe(false);
  rig.pass(0.5);
  expect(rig.scheduler.hasSignatures).not.toBe(false);
});

/** A player 6 s behind live demands each new segment, and gets each before it comes to it. Looks four times a second. */
function watches(segments: number, look: (newest: number) => void): void {
  const demanded: ReturnType<typeof rig.demands>[] = [];
  for (let newest = 0; newest < segments; newest += 1) {
    rig.lists(Math.max(0, newest - 5), Math.min(6, newest + 1));
    demanded.push(rig.demands(newest));
    for (let quarter = 0; quarter < 8; quarter += 1) {
      const positionSeconds = Math.max(0, 2 * newest - 6 + quarter / 4);
      rig.tell({ type: "playhead", positionSeconds, bufferSeconds: 4 });
      rig.pass(0.25);
      look(newest);
    }
    if (newest >= 2) expect(demanded[newest - 2]?.delivered).toHaveLength(1);
  }
}

test("while the signer is away for a minute, the player gets all in time, peers get nothing, and then all goes on", () => {
  const [from, to] = [10, 40];
  let asked = 0;
  joins();
  watches(45, (newest) => {
    const isAway = newest >= from && newest < to;
    for (const sequence of rig.signed.splice(0)) {
      if (isAway) asked += 1;
      rig.signs(sequence, isAway ? null : new ArrayBuffer(160));
    }
    if (newest !== to - 1) return;
    expect(rig.scheduler.hasSignatures).toBe(false);
    expect(rig.store.sequences(RENDITION).filter((sequence) => sequence >= from)).toEqual([]);
  });
  expect(asked, "requests to a signer that is away").toBeLessThan(2 * (to - from));
  expect(rig.scheduler.hasSignatures).toBe(true);
  expect(rig.store.sequences(RENDITION)).toEqual(expect.arrayContaining([40, 41, 42]));
});

test("while the signer takes five seconds, the player gets all in time, and peers get all that was fetched", () => {
  const asked: { sequence: number; until: number }[] = [];
  const given = new Set<number>();
  joins();
  watches(20, () => {
    asked.push(...rig.signed.splice(0).map((sequence) => ({ sequence, until: rig.now + 5 })));
    while (asked[0] && asked[0].until <= rig.now) rig.signs(asked.shift()?.sequence ?? 0);
    for (const sequence of rig.store.sequences(RENDITION)) given.add(sequence);
  });
  expect(given.size).toBeGreaterThanOrEqual(15);
  expect(rig.scheduler.hasSignatures).toBe(true);
});

test("a signature of another rendition, or that nobody asked for, changes nothing", () => {
  fetchesAmongPeers();
  rig.signs(1, new ArrayBuffer(1), "another rendition");
  rig.signs(9);
  rig.signs(1);
  rig.signs(1, null);
  expect(rig.store.sequences(RENDITION)).toEqual([1]);
  expect(rig.scheduler.hasSignatures).toBe(true);
});

test("who left the swarm and comes back asks again for what wasn't answered", () => {
  fetchesAmongPeers();
  rig.signs(1);
  rig.tell({ type: "swarm", state: "left" });
  rig.pass(0.5);
  rig.connects(peer);
  rig.pass(0.3);
  expect(rig.signed).toEqual([1, 2, 3, 2, 3]);
});

test("what peers gave and can't be decoded comes from the CDN, and no peer brings it again", () => {
  joins();
  rig.lists(1, 2);
  rig.peerSends(1);
  rig.tell({ type: "media-broken" });
  expect(rig.store.has(RENDITION, 1)).toBe(false);
  expect(rig.scheduler.wants(RENDITION, 1)).toBe(false);
  rig.peerSends(1);
  expect(rig.store.has(RENDITION, 1)).toBe(false);
  const { delivered } = rig.demands(1);
  rig.pass();
  expect(delivered.map(({ source }) => source)).toEqual(["cdn"]);
});

test("what can't be decoded a second time ends sharing; what the CDN brought doesn't count", () => {
  joins();
  rig.lists(1, 3);
  rig.peerSends(1);
  rig.tell({ type: "media-broken" });
  rig.pass(8);
  rig.tell({ type: "media-broken" });
  expect(rig.left).toEqual([]);
  rig.lists(1, 5);
  rig.tell({ type: "playhead", positionSeconds: null, bufferSeconds: 0 });
  rig.peerSends(5);
  rig.tell({ type: "media-broken" });
  expect(rig.left).toEqual([null]);
});

test("a peer that wasted a transfer isn't waited for; once it has sent a whole segment, it is", () => {
  rig.answer = () => null;
  joins();
  rig.hears(peer, { held: [1, 2, 3] });
  rig.lists(1, 2);
  rig.transferStarts(2, peer);
  rig.pass(2);
  expect(rig.fetched).not.toContain(2);
  rig.tell({ type: "transfer-lost", url: rig.urlOf(2) });
  rig.pass(0.1);
  expect(rig.fetched).toContain(2);
  rig.lists(1, 3);
  rig.transferStarts(3, peer);
  rig.peerSends(3);
  rig.lists(1, 4);
  rig.hears(peer, { held: [3, 4] });
  rig.pass(0.5);
  expect(rig.fetched).not.toContain(4);
});

test("who only wastes the viewer's time is dropped", () => {
  rig.answer = () => null;
  joins();
  rig.hears(peer, { held: [1, 2, 3] });
  rig.lists(1, 3);
  for (const sequence of [1, 2, 3]) {
    rig.transferStarts(sequence, peer);
    rig.pass(2);
    rig.tell({ type: "transfer-lost", url: rig.urlOf(sequence) });
  }
  expect(rig.dropped).toEqual([peer]);
});

test("a transfer that is still under way when the fetch is done is judged as well", () => {
  joins();
  rig.lists(1, 5);
  for (const sequence of [1, 2, 3, 4, 5]) rig.transferStarts(sequence, peer);
  playsUpTo(10);
  for (const sequence of [1, 2, 3, 4, 5]) rig.tell({ type: "transfer-lost", url: rig.urlOf(sequence) });
  expect(rig.dropped).toEqual([peer]);
});

test("what peers gave of a rendition that was left is signed still when the viewer returns", () => {
  joins();
  rig.lists(1, 2);
  rig.peerSends(1);
  rig.demands(1, "another rendition");
  rig.lists(1, 2, RENDITION);
  rig.demands(2, RENDITION);
  rig.connects(peer);
  rig.pass(0.3);
  expect(rig.store.sequences(RENDITION)).toEqual([1]);
  expect(rig.signed).not.toContain(1);
});

test("a transfer is as large as the peer says: one that is large and slow doesn't put off the fetch", () => {
  rig.answer = () => null;
  joins();
  rig.hears(peer, { held: [1] });
  rig.lists(1, 1);
  rig.transferStarts(1, peer);
  rig.tell({ type: "transfer-sized", url: rig.urlOf(1), bytes: 1e9 });
  for (let at = 0; at < 15; at += 1) {
    rig.tell({ type: "transfer-progress", peerId: peer, bytes: 100_000 });
    rig.tell({ type: "playhead", positionSeconds: at * 0.2, bufferSeconds: 4 });
    rig.pass(0.2);
  }
  expect(rig.fetched).toEqual([1]);
});
