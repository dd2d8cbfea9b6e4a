import { expect, test } from "vitest";
import { Neighbours } from "./neighbours.ts";
import { peerIdOf } from "./peer-id.ts";

const bob = peerIdOf("bob000000000", "main", true);
const leech = peerIdOf("leech0000000", "main", false);

test("who shares is a neighbour until the connection closes", () => {
  const neighbours = new Neighbours();
  neighbours.connected(bob, 1);
  expect(neighbours.peerIds).toEqual([bob]);
  neighbours.closed(bob, 2);
  expect(neighbours.count).toBe(0);
});

test("who only takes can't be counted on, and isn't counted", () => {
  const neighbours = new Neighbours();
  neighbours.connected(leech, 1);
  expect(neighbours.count).toBe(0);
});

test("a viewer is among peers once one has had time to say what it holds", () => {
  const neighbours = new Neighbours();
  expect(neighbours.isAmongPeers(1)).toBe(false);
  neighbours.connected(bob, 1);
  expect(neighbours.isAmongPeers(1.4)).toBe(false);
  expect(neighbours.isAmongPeers(1.6)).toBe(true);
});

test("the close of an old swarm's connection doesn't take the same viewer out of the new one", () => {
  const neighbours = new Neighbours();
  neighbours.connected(bob, 1);
  neighbours.leave(2);
  expect(neighbours.count).toBe(0);
  neighbours.connected(bob, 3);
  neighbours.closed(bob, 7);
  expect(neighbours.count).toBe(1);
  neighbours.closed(bob, 20);
  expect(neighbours.count).toBe(0);
});

test("with the engine end all connections, those that closed too soon after a change of swarms as well", () => {
  const neighbours = new Neighbours();
  neighbours.connected(bob, 1);
  neighbours.leave(2);
  neighbours.connected(bob, 3);
  neighbours.closed(bob, 4);
  neighbours.end();
  expect(neighbours.count).toBe(0);
  neighbours.connected(bob, 5);
  neighbours.closed(bob, 6);
  expect(neighbours.count).toBe(0);
});
