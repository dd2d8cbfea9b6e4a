import { expect, test } from "vitest";
import { spareOf } from "../../web/sharing/uplink-share.ts";
import { Chance } from "../chance.ts";
import { EventQueue } from "../event-queue.ts";
import { percentile } from "../measurement.ts";
import { type AccessLine, drawAccessLine } from "./access-lines.ts";
import { mesh, randomGraph, ring } from "./graphs.ts";
import { Link } from "./link.ts";
import { type SimulatedSwarm, simulate } from "./simulation.ts";
import { transferFlow } from "./transfer-flow.ts";

const LINE: AccessLine = { downlinkBitsPerSecond: 400e6, uplinkBitsPerSecond: 200e6, roundTripSeconds: 0.01 };

const swarm = (graph: SimulatedSwarm["graph"]): SimulatedSwarm => ({
  graph,
  chance: new Chance(7),
  segments: 60,
  segmentSeconds: 2,
  segmentBytes: 33_000,
  delaySeconds: 8,
  lineOf: () => LINE,
  playlistLagSeconds: 1,
});

test("where everyone is connected, one copy is fetched", () => {
  expect(simulate(swarm(mesh(6)))).toMatchObject({ copies: 1, late: 0 });
});

test("a viewer alone fetches everything", () => {
  expect(simulate(swarm(mesh(1)))).toMatchObject({ copies: 1, late: 0 });
  expect(simulate(swarm([[], [], []]))).toMatchObject({ copies: 3, late: 0 });
});

test("in a ring, holding back saves a third of the 2.7 copies of 8, and nobody is late", () => {
  const { copies, late } = simulate({ ...swarm(ring(8)), segments: 300 });
  expect(copies).toBeLessThan(1.9);
  expect(late).toBe(0);
});

test("with a CDN slower than the stream and nobody to share with, segments are late", () => {
  const { late } = simulate({
    ...swarm(mesh(1)),
    lineOf: () => ({ ...LINE, downlinkBitsPerSecond: 20_000 }),
  });
  expect(late).toBeGreaterThan(0.5);
});

test("while everything comes from peers or the CDN once, nothing is carried twice", () => {
  const { cdnShare, twiceShare, uplinkUse } = simulate(swarm(mesh(6)));
  expect(cdnShare).toBeCloseTo(1 / 6, 1);
  expect(twiceShare).toBe(0);
  expect(uplinkUse.p95).toBeGreaterThan(0);
});

test("who can neither give nor take gets everything from the CDN", () => {
  let homes = 0;
  const lineOf = () => {
    homes += 1;
    return homes === 1 ? { ...LINE, uplinkBitsPerSecond: 6_000 } : LINE;
  };
  const { copies, late } = simulate({ ...swarm(mesh(4)), lineOf });
  expect(copies).toBeGreaterThan(1.9);
  expect(copies).toBeLessThan(2.1);
  expect(late).toBe(0);
});

test("an outage longer than the buffer makes segments late, a shorter one doesn't", () => {
  const during = (seconds: number) =>
    simulate({ ...swarm(mesh(2)), outage: { fromSeconds: 30, untilSeconds: 30 + seconds } });
  expect(during(1).late).toBe(0);
  expect(during(12).lateViewers).toBe(2);
});

test("viewers who leave are replaced, and those who come play without a stall", () => {
  const { viewers, late, copies } = simulate({ ...swarm(mesh(6)), meanStaySeconds: 60 });
  expect(viewers).toBeGreaterThan(10);
  expect(late).toBe(0);
  expect(copies).toBeLessThan(3);
});

test("what comes in at once shares the line", () => {
  const queue = new EventQueue();
  const link = new Link(queue, 8_000);
  const ends: Record<string, number> = {};
  const flow = (name: string) => ({
    isCancelled: () => false,
    onChunk: (_bytes: number, isLast: boolean) => {
      if (isLast) ends[name] = queue.now;
    },
  });
  link.carry(flow("long"), 2_000, 20);
  link.carry(flow("short"), 1_000, 10);
  queue.run();
  expect(ends["short"]).toBeCloseTo(2, 5);
  expect(ends["long"]).toBeCloseTo(3, 5);
});

test("what is left of a cancelled flow isn't carried", () => {
  const queue = new EventQueue();
  const link = new Link(queue, 8_000);
  let carried = 0;
  const isCancelled = () => queue.now >= 0.5;
  const onChunk = (bytes: number) => {
    carried += bytes;
  };
  link.carry({ isCancelled, onChunk }, 1_000, 10);
  queue.run();
  expect(carried).toBeLessThanOrEqual(600);
  expect(link.load()).toEqual({ active: 0, backlogBytes: 0 });
});

test("what is held up lets others go first, and goes on when it may", () => {
  const queue = new EventQueue();
  const link = new Link(queue, 8_000);
  const ends: string[] = [];
  let isHeldUp = true;
  const onEnd = (name: string) => (_bytes: number, isLast: boolean) => {
    if (isLast) ends.push(`${name} at ${queue.now.toFixed(1)}`);
  };
  const isCancelled = () => false;
  link.carry({ isCancelled, isHeldUp: () => isHeldUp, onChunk: onEnd("held up") }, 1_000, 10);
  link.carry({ isCancelled, onChunk: onEnd("other") }, 1_000, 10);
  queue.after(2, () => {
    isHeldUp = false;
    link.resume();
  });
  queue.run();
  expect(ends).toEqual(["other at 1.0", "held up at 3.0"]);
});

test("who cancels while a flow is held up ends it", () => {
  const queue = new EventQueue();
  const link = new Link(queue, 8_000);
  let isWanted = true;
  let carried = 0;
  let hasEnded = false;
  const flow = {
    isCancelled: () => !isWanted,
    isHeldUp: () => carried >= 300,
    onChunk: (bytes: number, isLast: boolean) => {
      carried += bytes;
      hasEnded = isLast;
    },
  };
  link.carry(flow, 1_000, 10);
  queue.run();
  expect({ carried, hasEnded }).toEqual({ carried: 300, hasEnded: false });
  isWanted = false;
  link.resume();
  expect({ carried, hasEnded, ...link.load() }).toEqual({
    carried: 300,
    hasEnded: true,
    active: 0,
    backlogBytes: 0,
  });
});

test("a transfer from a fast uplink has one share of the downlink, and stops soon once it is cancelled", () => {
  const queue = new EventQueue();
  const uplink = new Link(queue, 8_000_000);
  const downlink = new Link(queue, 8_000);
  let isCancelled = false;
  let received = 0;
  let fetchedAt = 0;
  const transfer = transferFlow({
    queue,
    downlink,
    linkSeconds: 0.01,
    bytes: 1_200,
    isCancelled: () => isCancelled,
    onChunk: (bytes) => {
      received += bytes;
    },
    onRoom: () => uplink.resume(),
  });
  uplink.carry(transfer, 1_200, 12);
  const onChunk = (_bytes: number, isLast: boolean) => {
    if (isLast) fetchedAt = queue.now;
  };
  downlink.carry({ isCancelled: () => false, onChunk }, 600, 6);
  queue.after(1, () => {
    isCancelled = true;
  });
  queue.run();
  expect(fetchedAt).toBeLessThanOrEqual(1.2);
  expect(received).toBeLessThanOrEqual(900);
});

test("lines are drawn as they are measured: the median home has about 50 Mbit/s down and 10 up", () => {
  const chance = new Chance(5);
  const lines = Array.from({ length: 4000 }, () => drawAccessLine(chance));
  const median = (of: (line: AccessLine) => number) => percentile(lines.map(of), 0.5) / 1e6;
  expect(median(({ downlinkBitsPerSecond }) => downlinkBitsPerSecond)).toBeGreaterThan(42);
  expect(median(({ downlinkBitsPerSecond }) => downlinkBitsPerSecond)).toBeLessThan(61);
  expect(median(({ uplinkBitsPerSecond }) => uplinkBitsPerSecond)).toBeGreaterThan(9);
  expect(median(({ uplinkBitsPerSecond }) => uplinkBitsPerSecond)).toBeLessThan(10);
});

test("where no uplink bears the stream, buffers are about as full as without sharing", () => {
  const streamBitsPerSecond = 1.5e6;
  const weak = {
    ...swarm(mesh(6)),
    segmentBytes: (streamBitsPerSecond * 2) / 8,
    delaySeconds: 6.5,
    spareOf,
    lineOf: () => ({ ...LINE, downlinkBitsPerSecond: 20e6, uplinkBitsPerSecond: streamBitsPerSecond / 2 }),
  };
  const sharing = simulate(weak);
  const alone = simulate({ ...weak, graph: Array.from({ length: 6 }, () => []) });
  expect(sharing.bufferSeconds.median).toBeGreaterThan(alone.bufferSeconds.median - 1.5);
  expect(sharing.bufferSeconds.p05).toBeGreaterThanOrEqual(alone.bufferSeconds.p05 - 1.5);
  expect(sharing.copies).toBeLessThanOrEqual(alone.copies);
  expect(sharing.stalled).toBe(alone.stalled);
});

test("an outage of the CDN, whenever it begins, costs those who share no more than others", () => {
  const line = { downlinkBitsPerSecond: 20e6, uplinkBitsPerSecond: 5e6, roundTripSeconds: 0.04 };
  const stalled = (graph: SimulatedSwarm["graph"], fromSeconds: number) =>
    simulate({
      ...swarm(graph),
      segments: 25,
      segmentBytes: 375_000,
      delaySeconds: 6.5,
      playlistLagSeconds: 2,
      spareOf,
      lineOf: () => line,
      outage: { fromSeconds, untilSeconds: fromSeconds + 8 },
    }).stalled;
  for (const fromSeconds of [20.5, 21.5]) {
    const alone = stalled(
      Array.from({ length: 6 }, () => []),
      fromSeconds,
    );
    expect(stalled(mesh(6), fromSeconds), `from ${fromSeconds} s`).toBeLessThanOrEqual(alone);
  }
});

test("a random graph has about the connections that were asked for, both ways", () => {
  const graph = randomGraph(200, 10, new Chance(3));
  const connections = graph.reduce((sum, { length }) => sum + length, 0) / 200;
  expect(connections).toBeGreaterThan(9);
  expect(connections).toBeLessThan(10.1);
  for (const [self, neighbours] of graph.entries()) {
    for (const other of neighbours) expect(graph[other]).toContain(self);
  }
});
