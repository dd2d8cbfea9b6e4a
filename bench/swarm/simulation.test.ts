import { expect, test } from "vitest";
import { EventQueue } from "./event-queue.ts";
import { mesh, randomGraph, ring, seeded } from "./graphs.ts";
import { simulate, type World } from "./simulation.ts";

const world = (graph: World["graph"], patience: 0 | 1): World => ({
  graph,
  random: seeded(7),
  segments: 60,
  segmentSeconds: 2,
  segmentBytes: 33_000,
  delaySeconds: 8,
  cdnBitsPerSecond: 400e6,
  cdnRoundTripSeconds: 0.005,
  uplinkBitsPerSecond: 200e6,
  linkSeconds: 0.01,
  playlistLagSeconds: 1,
  uploadSlots: 2,
  patience,
});

test("where everyone is connected, one copy is fetched", () => {
  expect(simulate(world(mesh(6), 1))).toEqual({ copies: 1, late: 0 });
});

test("in a ring, the lowest score among neighbours alone fetches 2.7 copies of 8", () => {
  const { copies } = simulate({ ...world(ring(8), 0), segments: 300 });
  expect(copies).toBeGreaterThan(2.4);
  expect(copies).toBeLessThan(2.95);
});

test("in a ring, holding back saves a third of them and nobody is late", () => {
  const { copies, late } = simulate({ ...world(ring(8), 1), segments: 300 });
  expect(copies).toBeLessThan(1.9);
  expect(late).toBe(0);
});

test("a random graph has about the connections that were asked for, both ways", () => {
  const graph = randomGraph(200, 10, seeded(3));
  const connections = graph.reduce((sum, { length }) => sum + length, 0) / 200;
  expect(connections).toBeGreaterThan(9);
  expect(connections).toBeLessThan(10.1);
  for (const [self, neighbours] of graph.entries()) {
    for (const other of neighbours) expect(graph[other]).toContain(self);
  }
});

test("events happen in the order of their time, and of their coming when it is the same", () => {
  const queue = new EventQueue();
  const happened: string[] = [];
  const random = seeded(1);
  const times = Array.from({ length: 200 }, () => Math.floor(random() * 50));
  for (const [place, at] of times.entries()) {
    queue.at(at, () => happened.push(`${String(at).padStart(2, "0")} ${String(place).padStart(3, "0")}`));
  }
  queue.run();
  expect(happened).toEqual(happened.toSorted());
  expect(happened).toHaveLength(200);
});
