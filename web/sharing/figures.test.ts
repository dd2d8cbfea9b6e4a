import { expect, test } from "vitest";
import { FiguresCounter } from "./figures.ts";

test("a fresh session has received nothing and shares nothing", () => {
  const figures = new FiguresCounter().read(0);
  expect(figures.shareFromPeers).toBe(0);
  expect(figures.firstFrameSeconds).toBeNull();
  expect(figures.qualityIndex).toBeNull();
});

test("bytes are kept apart by where they came from", () => {
  const counter = new FiguresCounter();
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
  const counter = new FiguresCounter();
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

test("a viewer met in two swarms is one peer, gone when the last connection closes", () => {
  const counter = new FiguresCounter();
  counter.peerConnected("ann", "video");
  counter.peerConnected("ann", "audio");
  counter.peerConnected("bob", "video");
  counter.peerClosed("ann", "video");
  expect(counter.read(0)).toMatchObject({ peersNow: 2, peersEver: 2 });
  counter.peerClosed("ann", "audio");
  expect(counter.read(0)).toMatchObject({ peersNow: 1, peersEver: 2 });
});

test("a connection whose end is reported twice ends once", () => {
  const counter = new FiguresCounter();
  counter.peerConnected("ann", "video");
  counter.peerConnected("bob", "video");
  counter.peerClosed("ann", "video");
  counter.peerClosed("ann", "video");
  expect(counter.read(0).peersNow).toBe(1);
});

test("a running stall counts up to the moment of reading", () => {
  const counter = new FiguresCounter();
  counter.stallBegan(10);
  counter.stallBegan(11);
  expect(counter.read(12)).toMatchObject({ stalls: 1, stalledSeconds: 2 });
  counter.stallEnded(13);
  counter.stallEnded(14);
  expect(counter.read(20)).toMatchObject({ stalls: 1, stalledSeconds: 3 });
});

test("only the first of several first frames counts", () => {
  const counter = new FiguresCounter();
  counter.firstFrame(0.8);
  counter.firstFrame(9);
  expect(counter.read(0).firstFrameSeconds).toBe(0.8);
});

test("the first quality isn't a switch, another one is, the same again isn't", () => {
  const counter = new FiguresCounter();
  counter.quality(1);
  counter.quality(1);
  counter.quality(0);
  expect(counter.read(0)).toMatchObject({ qualityIndex: 0, qualitySwitches: 1 });
});

test("delay and buffer are the last that were reported", () => {
  const counter = new FiguresCounter();
  counter.playback(6.5, 4);
  counter.playback(6.4, 5);
  expect(counter.read(0)).toMatchObject({ delaySeconds: 6.4, bufferSeconds: 5 });
});
