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

test("a ban until some time ends then, unless a longer one came before", () => {
  const banned = new BannedPeers();
  banned.ban(bob, 300);
  banned.ban(ann);
  banned.ban(ann, 300);
  expect([banned.has(bob, 299), banned.has(bob, 300), banned.has(ann, 300)]).toEqual([true, false, true]);
});

test("only the last thousand are remembered", () => {
  const banned = new BannedPeers();
  for (let number = 0; number <= 1_000; number += 1) banned.ban(`peer ${number}`);
  expect([banned.has("peer 0", 0), banned.has("peer 1", 0)]).toEqual([false, true]);
});
