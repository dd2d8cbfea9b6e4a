import type { Stack } from "@aws-sdk/client-cloudformation";
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryChannels } from "../test/doubles/channels-memory.ts";
import { TestClock } from "../test/doubles/clock.ts";
import { type LiveServices, run } from "./live/commands.ts";
import { deploymentOf } from "./live/deployed-stack.ts";
import { explainError } from "./live/explain-error.ts";

const STACK: Stack = {
  StackName: "shoal",
  StackStatus: "CREATE_COMPLETE",
  CreationTime: new Date(0),
  Parameters: [
    { ParameterKey: "Ladder", ParameterValue: "720p" },
    { ParameterKey: "ChannelClass", ParameterValue: "SINGLE_PIPELINE" },
  ],
  Outputs: Object.entries({
    ChannelId: "1234567",
    PlayerUrl: "https://d111111abcdef8.cloudfront.net/",
    RtmpServer: "rtmp://203.0.113.7:1935/live",
    RtmpStreamKey: "0123456789abcdef",
  }).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
};
const STANDARD_STACK: Stack = {
  ...STACK,
  Outputs: [
    ...(STACK.Outputs ?? []),
    { OutputKey: "RtmpBackupServer", OutputValue: "rtmp://203.0.113.8:1935/live" },
  ],
};
const DEPLOYMENT = deploymentOf("shoal", STACK);

let clock: TestClock;
let channels: MemoryChannels;
let lines: string[];
let services: LiveServices;

beforeEach(() => {
  clock = new TestClock();
  channels = new MemoryChannels(clock);
  channels.create(DEPLOYMENT.channelId, "stack");
  lines = [];
  services = {
    deployment: DEPLOYMENT,
    dollarsAnHour: 1.35,
    pollMilliseconds: 5_000,
    channels,
    clock,
    lastMinutes: async () => [],
    print: (line) => lines.push(line),
  };
});

const printed = () => lines.join("\n");

describe("live start", () => {
  test("waits until the channel runs, showing each state once with its time", async () => {
    await clock.until(run("start", services));
    expect(await channels.state(DEPLOYMENT.channelId)).toBe("RUNNING");
    expect(lines.filter((line) => /^ {2}\d+:\d\d {2}[A-Z]+$/.test(line))).toEqual([
      "  0:00  IDLE",
      "  0:05  STARTING",
      "  3:00  RUNNING",
    ]);
  });
  test("then prints OBS's two fields and the link", async () => {
    await clock.until(run("start", services));
    expect(printed()).toMatch(/Server +rtmp:\/\/203\.0\.113\.7:1935\/live/);
    expect(printed()).toMatch(/Stream key +0123456789abcdef/);
    expect(printed()).toContain("https://d111111abcdef8.cloudfront.net/");
  });
  test("of a standard channel prints both servers, and that each needs an encoder", async () => {
    services = { ...services, deployment: deploymentOf("shoal", STANDARD_STACK) };
    await clock.until(run("start", services));
    expect(printed()).toMatch(/Server +rtmp:\/\/203\.0\.113\.7:1935\/live/);
    expect(printed()).toMatch(/second encoder +rtmp:\/\/203\.0\.113\.8:1935\/live/);
    expect(printed()).toContain("from two encoders");
  });
  test("of a channel with one pipeline speaks of no second encoder", async () => {
    await clock.until(run("start", services));
    expect(printed()).not.toContain("second encoder");
  });
  test("says what an hour costs before it has cost anything", async () => {
    await clock.until(run("start", services));
    const cost = lines.findIndex((line) => line.includes("$1.35 an hour"));
    expect(cost).toBeGreaterThan(-1);
    expect(cost).toBeLessThan(lines.findIndex((line) => line.includes("RUNNING")));
  });
  test("of a running channel prints the same at once", async () => {
    await clock.until(run("start", services));
    const begun = clock.now();
    await clock.until(run("start", services));
    expect(clock.now()).toBe(begun);
  });
  test("of a channel that is just stopping waits for that first", async () => {
    await clock.until(run("start", services));
    await channels.stop(DEPLOYMENT.channelId);
    await clock.until(run("start", services));
    expect(await channels.state(DEPLOYMENT.channelId)).toBe("RUNNING");
  });
});

describe("live on this machine, where the channel costs nothing", () => {
  test("speaks of no price, and of no three minutes", async () => {
    services = { ...services, dollarsAnHour: null, pollMilliseconds: 250 };
    await clock.until(run("start", services));
    await clock.until(run("status", services));
    expect(printed()).not.toContain("$");
    expect(lines[0]).toBe("Starting channel 1234567.");
  });
});

describe("live stop", () => {
  test("waits until the channel is idle", async () => {
    await clock.until(run("start", services));
    await clock.until(run("stop", services));
    expect(await channels.state(DEPLOYMENT.channelId)).toBe("IDLE");
  });
});

describe("live status", () => {
  test("says that a stopped channel is idle, without a look at the metrics", async () => {
    services = { ...services, lastMinutes: () => Promise.reject(new Error("metrics were read")) };
    await run("status", services);
    expect(lines[0]).toBe("Channel 1234567 is IDLE.");
  });
  test("says what comes in", async () => {
    await clock.until(run("start", services));
    const lastMinutes = async () => [{ minute: 1, wasRunning: true, megabitsPerSecondIn: 4.24 }];
    await run("status", { ...services, lastMinutes });
    expect(printed()).toContain("4.2 Mbit/s come in.");
  });
  test("says that nothing comes in", async () => {
    await clock.until(run("start", services));
    await run("status", services);
    expect(printed()).toContain("Nothing comes in.");
  });
});

describe("what goes wrong is said in words", () => {
  test("a stack that is still being made", () => {
    const half: Stack = { ...STACK, StackStatus: "CREATE_IN_PROGRESS", Outputs: [] };
    expect(() => deploymentOf("shoal", half)).toThrow(/shoal is CREATE_IN_PROGRESS .* no output ChannelId/);
  });
  test("missing credentials", () => {
    const error = Object.assign(new Error("Could not load"), { name: "CredentialsProviderError" });
    expect(explainError(error)).toMatch(/aws configure/);
  });
  test("a missing region", () => {
    expect(explainError(new Error("Region is missing"))).toMatch(/--region us-east-1/);
  });
  test("what isn't even an error, as it is", () => {
    expect(explainError("SIGINT")).toBe("SIGINT");
  });
  test("anything else in its own words", () => {
    expect(explainError(new Error("Channel 7 is still STARTING"))).toBe("Channel 7 is still STARTING");
  });
});
