import { EventEmitter } from "node:events";
import { beforeEach, expect, test } from "vitest";
import type { Channel, ChannelEvents, ChannelState, OnAir } from "./channel.ts";
import { joinPipelines } from "./standard-channel.ts";

const CARD: OnAir = { source: "test card", address: null, video: null, audio: null, bitsPerSecond: 0 };

class TestPipeline extends EventEmitter<ChannelEvents> implements Channel {
  state: ChannelState = "IDLE";
  onAir = CARD;
  readonly ingestPort: number;
  readonly backupIngestPort = null;
  readonly encoderPid = null;
  streamKey = "the key";
  isClosed = false;

  constructor(port: number) {
    super();
    this.ingestPort = port;
  }

  enter(state: ChannelState): void {
    this.state = state;
    this.emit("state", state);
  }

  async start(): Promise<void> {
    this.enter("RUNNING");
  }

  async stop(): Promise<void> {
    this.enter("IDLE");
  }

  changeStreamKey(key: string): void {
    this.streamKey = key;
  }

  async thumbnail(): Promise<null> {
    return null;
  }
  async close(): Promise<void> {
    this.isClosed = true;
  }
}

let first: TestPipeline;
let second: TestPipeline;
let channel: Channel;
let states: ChannelState[];

beforeEach(() => {
  [first, second] = [new TestPipeline(1935), new TestPipeline(1936)];
  channel = joinPipelines(first, second);
  states = [];
  channel.on("state", (state) => states.push(state));
});

test("each pipeline has a port of its own", () => {
  expect([channel.ingestPort, channel.backupIngestPort]).toEqual([1935, 1936]);
});

test("both pipelines have one key, and change it together", () => {
  expect(channel.streamKey).toBe("the key");
  channel.changeStreamKey("another");
  expect([channel.streamKey, first.streamKey, second.streamKey]).toEqual(["another", "another", "another"]);
});

test("it runs when both run, and tells each state once", () => {
  first.enter("STARTING");
  second.enter("STARTING");
  first.enter("RUNNING");
  expect(channel.state).toBe("STARTING");
  second.enter("RUNNING");
  second.enter("STOPPING");
  first.enter("STOPPING");
  second.enter("IDLE");
  first.enter("IDLE");
  expect(states).toEqual(["STARTING", "RUNNING", "STOPPING", "IDLE"]);
});

test("both are started, stopped and closed", async () => {
  await channel.start();
  expect([first.state, second.state]).toEqual(["RUNNING", "RUNNING"]);
  await channel.stop();
  expect([first.state, second.state]).toEqual(["IDLE", "IDLE"]);
  await channel.close();
  expect([first.isClosed, second.isClosed]).toEqual([true, true]);
});

test("what is on the air is the first's, unless only the second has a publisher", () => {
  expect(channel.onAir).toBe(first.onAir);
  second.onAir = { ...CARD, source: "publisher", address: "192.0.2.2:1" };
  expect(channel.onAir).toBe(second.onAir);
  first.onAir = { ...CARD, source: "publisher", address: "192.0.2.1:1" };
  expect(channel.onAir).toBe(first.onAir);
});

test("metrics are told with their pipeline, and publishers of both", () => {
  const told: unknown[] = [];
  channel.on("metrics", ({ NetworkIn }, pipeline) => told.push([NetworkIn, pipeline]));
  channel.on("publisherLeft", ({ reason }) => told.push(reason));
  const values = { InputVideoFrameRate: 30, FillMsec: 0, DroppedFrames: 0 };
  first.emit("metrics", { ...values, NetworkIn: 4 }, 0);
  second.emit("metrics", { ...values, NetworkIn: 5 }, 0);
  second.emit("publisherLeft", { address: "192.0.2.2:1", reason: "it hung up" });
  expect(told).toEqual([[4, 0], [5, 1], "it hung up"]);
});
