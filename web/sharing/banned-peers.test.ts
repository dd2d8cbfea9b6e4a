import { expect, test } from "vitest";
import { BannedPeers } from "./banned-peers.ts";
import { peerIdOf } from "./peer-id.ts";

const ann = "abcdefghijkl";
const bob = "mnopqrstuvwx";

test("a banned peer is banned in every swarm, whatever it says of sharing", () => {
  const banned = new BannedPeers();
  banned.ban(peerIdOf(ann, "main", true));
  expect(banned.has(peerIdOf(ann, "secondary", false), 1e9)).toBe(true);
  expect(banned.has(peerIdOf(bob, "main", true), 0)).toBe(false);
});

test("a new peer id doesn't end the ban of a viewer who keeps its ticket", () => {
  const banned = new BannedPeers();
  banned.ban(peerIdOf(ann, "main", true));
  expect(banned.has(peerIdOf("abcdefghijxy", "main", true), 0)).toBe(true);
  expect(banned.has("-XX0000-abcdefghijxy", 0)).toBe(true);
});

test("a ban until some time ends then, unless a longer one came before", () => {
  const banned = new BannedPeers();
  const [anns, bobs] = [peerIdOf(ann, "main", true), peerIdOf(bob, "main", true)];
  banned.ban(bobs, 300);
  banned.ban(anns);
  banned.ban(anns, 300);
  expect([banned.has(bobs, 299), banned.has(bobs, 300), banned.has(anns, 300)]).toEqual([true, false, true]);
});

test("only the last thousand are remembered", () => {
  const banned = new BannedPeers();
  const peer = (number: number) => peerIdOf(`${number}`.padEnd(12, "x"), "main", true);
  for (let number = 0; number <= 1_000; number += 1) banned.ban(peer(number));
  expect([banned.has(peer(0), 0), banned.has(peer(1), 0)]).toEqual([false, true]);
});
