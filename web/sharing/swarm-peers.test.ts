import { expect, test } from "vitest";
import { peerIdOf } from "./peer-id.ts";
import type { PeerAnnouncement } from "./scheduler-events.ts";
import { SwarmPeers } from "./swarm-peers.ts";

const bob = peerIdOf("bob000000000", "main", true);
const leech = peerIdOf("leech0000000", "main", false);

const says = (peerId: string, words: Partial<PeerAnnouncement>): PeerAnnouncement => ({
  type: "peer-announced",
  stream: "main",
  peerId,
  held: [],
  fetching: [],
  mayFetch: true,
  ...words,
});

test("a peer that shares counts from its first word until its connection closes", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  expect(peers.candidates).toEqual([]);
  peers.announced(says(bob, {}), 1);
  expect(peers.candidates).toEqual([bob]);
  peers.closed(bob);
  expect(peers.count).toBe(0);
});

test("a peer that only downloads can't be a fetcher, and isn't counted", () => {
  const peers = new SwarmPeers();
  peers.connected(leech, 1);
  expect(peers.count).toBe(0);
});

test("a viewer is among peers once one has had time to say what it holds", () => {
  const peers = new SwarmPeers();
  expect(peers.isAmongPeers(1)).toBe(false);
  peers.connected(bob, 1);
  expect(peers.isAmongPeers(1.4)).toBe(false);
  expect(peers.isAmongPeers(1.6)).toBe(true);
});

test("who leaves the swarm has no peers", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  peers.clear();
  expect(peers.count).toBe(0);
});

test("a peer that can't fetch for others now is still connected, but no candidate", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  peers.announced(says(bob, { mayFetch: false }), 1);
  expect(peers.candidates).toEqual([]);
  expect(peers.count).toBe(1);
  peers.announced(says(bob, {}), 1);
  expect(peers.candidates).toEqual([bob]);
});

test("a peer that doesn't come to hold segments as this viewer does is no candidate, until it does again", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  peers.announced(says(bob, { held: [1] }), 1);
  for (let segment = 2; segment <= 9; segment += 1) peers.heldOneMore();
  peers.announced(says(bob, { held: [1] }), 17);
  expect(peers.candidates).toEqual([bob]);
  peers.heldOneMore();
  expect([peers.candidates, peers.sharing]).toEqual([[], []]);
  peers.announced(says(bob, { held: [1], fetching: [11] }), 19);
  expect(peers.candidates).toEqual([bob]);
});

test("what a peer says that wasted a transfer isn't waited for, until it sends a whole segment", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  peers.announced(says(bob, { held: [1], fetching: [2] }), 1);
  peers.doubt(bob);
  peers.doubt("nobody");
  expect([peers.candidates, peers.copies(1), peers.fetchersOf(2)]).toEqual([[], 0, []]);
  peers.announced(says(bob, { held: [1], fetching: [2] }), 2);
  expect(peers.copies(1)).toBe(0);
  peers.believe(bob);
  expect([peers.candidates, peers.copies(1), peers.fetchersOf(2)]).toEqual([[bob], 1, [bob]]);
});

test("copies are what peers hold, and what candidates fetch", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  peers.announced(says(bob, { held: [1], fetching: [2] }), 1);
  expect([1, 2, 3].map((sequence) => peers.copies(sequence))).toEqual([1, 1, 0]);
  peers.announced(says(bob, { held: [1], fetching: [2], mayFetch: false }), 1);
  expect([1, 2].map((sequence) => peers.copies(sequence))).toEqual([1, 0]);
  peers.closed(bob);
  expect(peers.copies(1)).toBe(0);
});

test("what is heard of a closed connection counts for nothing", () => {
  const peers = new SwarmPeers();
  peers.announced(says(bob, { held: [1] }), 1);
  expect(peers.copies(1)).toBe(0);
});

test("a viewer sees everyone once it met as many as the tracker counts, also after some have left", () => {
  const peers = new SwarmPeers();
  expect(peers.seesEveryone).toBe(false);
  peers.counted(3);
  peers.connected(bob, 1);
  expect(peers.seesEveryone).toBe(false);
  peers.connected(leech, 1);
  expect(peers.seesEveryone).toBe(true);
  peers.closed(bob);
  expect(peers.seesEveryone).toBe(true);
  peers.counted(3);
  expect(peers.seesEveryone).toBe(false);
});

test("a peer is about to say what it holds until it has, for half a second at the most", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  expect(peers.isAboutToHear(1.4)).toBe(true);
  expect(peers.isAboutToHear(1.6)).toBe(false);
  peers.announced(says(bob, { held: [1] }), 1.2);
  expect(peers.isAboutToHear(1.4)).toBe(false);
});

test("a copy is known since it was first heard of, and the oldest are forgotten", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  peers.announced(says(bob, { held: [1] }), 2);
  peers.announced(says(bob, { held: [1], fetching: [2] }), 3);
  expect([1, 2, 3].map((sequence) => peers.firstCopyAt(sequence, 9))).toEqual([2, 3, 9]);
  const many = Array.from({ length: 1000 }, (_, index) => index + 10);
  peers.announced(says(bob, { held: many }), 4);
  expect([1, 10, 1009].map((sequence) => peers.firstCopyAt(sequence, 9))).toEqual([9, 4, 4]);
});

test("the fetchers of a segment are the candidates that say so", () => {
  const peers = new SwarmPeers();
  peers.connected(bob, 1);
  peers.announced(says(bob, { fetching: [1] }), 1);
  expect(peers.fetchersOf(1)).toEqual([bob]);
  peers.announced(says(bob, { fetching: [1], mayFetch: false }), 1);
  expect(peers.fetchersOf(1)).toEqual([]);
});
