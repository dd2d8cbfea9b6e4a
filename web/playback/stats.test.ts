import { expect, test } from "vitest";
import { StatsCounter } from "./stats.ts";

test("a fresh session has received nothing and shares nothing", () => {
  const stats = new StatsCounter().read(0);
  expect(stats.shareFromPeers).toBe(0);
  expect(stats.firstFrameSeconds).toBeNull();
  expect(stats.qualityIndex).toBeNull();
  expect(stats.guard).toBe("none");
  expect(stats.swarmViewers).toBeNull();
});

test("bytes are counted by source", () => {
  const counter = new StatsCounter();
  counter.received("peers", 300);
  counter.received("cdn", 100);
  counter.sentToPeers(50);
  expect(counter.read(0)).toMatchObject({
    bytesFromPeers: 300,
    bytesFromCdn: 100,
    bytesToPeers: 50,
    shareFromPeers: 0.75,
  });
});

test("segments are counted by source, and those that came from both", () => {
  const counter = new StatsCounter();
  counter.segment("peers");
  counter.segment("cdn");
  counter.segment("cdn");
  counter.segmentFetchedTwice();
  expect(counter.read(0)).toMatchObject({
    segmentsFromPeers: 1,
    segmentsFromCdn: 2,
    segmentsFetchedTwice: 1,
  });
});

test("a viewer connected in two swarms is one peer, until the last connection closes", () => {
  const counter = new StatsCounter();
  counter.peerConnected("ann", "video");
  counter.peerConnected("ann", "audio");
  counter.peerConnected("bob", "video");
  counter.peerClosed("ann", "video");
  expect(counter.read(0)).toMatchObject({ peersNow: 2, peersEver: 2 });
  counter.peerClosed("ann", "audio");
  expect(counter.read(0)).toMatchObject({ peersNow: 1, peersEver: 2 });
});

test("a connection whose end is reported twice is counted once", () => {
  const counter = new StatsCounter();
  counter.peerConnected("ann", "video");
  counter.peerConnected("bob", "video");
  counter.peerClosed("ann", "video");
  counter.peerClosed("ann", "video");
  expect(counter.read(0).peersNow).toBe(1);
});

test("a stall that still lasts counts up to the time of reading", () => {
  const counter = new StatsCounter();
  counter.stallBegan(10);
  counter.stallBegan(11);
  expect(counter.read(12)).toMatchObject({ stalls: 1, stalledSeconds: 2 });
  counter.stallEnded(13);
  counter.stallEnded(14);
  expect(counter.read(20)).toMatchObject({ stalls: 1, stalledSeconds: 3 });
});

test("only the first report of a first frame counts", () => {
  const counter = new StatsCounter();
  counter.firstFrame(0.8);
  counter.firstFrame(9);
  expect(counter.read(0).firstFrameSeconds).toBe(0.8);
});

test("only a change of quality counts as a switch", () => {
  const counter = new StatsCounter();
  counter.quality(1);
  counter.quality(1);
  counter.quality(0);
  expect(counter.read(0)).toMatchObject({ qualityIndex: 0, qualitySwitches: 1 });
});

test("delay and buffer are the last reported", () => {
  const counter = new StatsCounter();
  counter.playback(6.5, 4);
  counter.playback(6.4, 5);
  expect(counter.read(0)).toMatchObject({ delaySeconds: 6.4, bufferSeconds: 5 });
});

test("the guard's level is the last reported", () => {
  const counter = new StatsCounter();
  counter.guard("takes-only");
  counter.guard("cdn-only");
  expect(counter.read(0).guard).toBe("cdn-only");
});
