import { beforeEach, expect, test } from "vitest";
import { Connections } from "./connections.ts";

const LOW = { stream: "main", rendition: "low" } as const;
const HIGH = { stream: "main", rendition: "high" } as const;
const AUDIO = { stream: "secondary", rendition: "audio" } as const;
const announcement = { held: [1], fetching: [2], mayFetch: true };

let connections: Connections<string>;

beforeEach(() => {
  connections = new Connections();
  connections.play(LOW);
  connections.play(AUDIO);
});

const idsOf = (peers: { peerId: string }[]) => peers.map(({ peerId }) => peerId);

test("a connection of the current swarm closes at once", () => {
  expect(connections.opened("one", { ...LOW, peerId: "bob" })).toBe(true);
  expect(connections.closed("one")?.peerId).toBe("bob");
});

test("a connection that closes twice closed once", () => {
  connections.opened("one", { ...LOW, peerId: "bob" });
  connections.closed("one");
  expect(connections.closed("one")).toBeNull();
});

test("leaving a swarm returns its peers, once", () => {
  connections.opened("one", { ...LOW, peerId: "bob" });
  connections.opened("two", { ...AUDIO, peerId: "eve" });
  expect(idsOf(connections.play(HIGH).left)).toEqual(["bob"]);
  expect(connections.play({ ...HIGH, rendition: "higher" }).left).toEqual([]);
});

test("a late close in the previous swarm doesn't end the same peer's new connection", () => {
  connections.opened("one", { ...LOW, peerId: "bob" });
  connections.play(HIGH);
  connections.opened("two", { ...HIGH, peerId: "bob" });
  expect(connections.closed("one")).toBeNull();
  expect(connections.closed("two")?.peerId).toBe("bob");
});

test("a peer that wasn't in the previous swarm closes at once", () => {
  connections.play(HIGH);
  connections.opened("one", { ...HIGH, peerId: "eve" });
  expect(connections.closed("one")?.peerId).toBe("eve");
});

test("a connection that opens in the previous swarm isn't one of the current swarm", () => {
  connections.play(HIGH);
  expect(connections.opened("one", { ...LOW, peerId: "bob" })).toBe(false);
  expect(connections.announced("one", announcement)).toBeNull();
});

test("whoever returns to a swarm meets its peers again, with what they announced last", () => {
  connections.opened("one", { ...LOW, peerId: "bob" });
  connections.opened("two", { ...LOW, peerId: "eve" });
  connections.play(HIGH);
  connections.announced("one", announcement);
  connections.closed("two");
  expect(connections.play(LOW).met).toEqual([{ ...LOW, peerId: "bob", announcement }]);
});

test("an announcement belongs to the connection that it came by", () => {
  connections.opened("one", { ...LOW, peerId: "bob" });
  expect(connections.announced("one", announcement)?.peerId).toBe("bob");
  expect(connections.announced("unknown", announcement)).toBeNull();
});

test("a viewer's connections are found in every swarm, and a connection's viewer", () => {
  connections.opened("one", { ...LOW, peerId: "-SH02sm-abcdefghijkl" });
  connections.opened("two", { ...AUDIO, peerId: "-SH02sa-abcdefghijkl" });
  connections.opened("three", { ...AUDIO, peerId: "eve" });
  expect(connections.with("-SH02lm-abcdefghijxy")).toEqual(["one", "two"]);
  expect([connections.peerIdOf("three"), connections.peerIdOf("four")]).toEqual(["eve", ""]);
});
