import type { Stack } from "@aws-sdk/client-cloudformation";
import { beforeEach, describe, expect, test } from "vitest";
import type { EventDetails } from "../functions/record/event-details.ts";
import { MemoryChannels } from "../test/doubles/channels-memory.ts";
import { TestClock } from "../test/doubles/clock.ts";
import { GOOD_MINUTE } from "../test/doubles/input-minute.ts";
import { type LiveServices, run } from "./live/commands.ts";
import { deploymentOf } from "./live/deployed-stack.ts";
import { type EventChanges, setEvent } from "./live/event-command.ts";
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
    streamKey: async () => "0123456789abcdef",
    clock,
    lastMinutes: async () => [],
    inputMinutes: async () => ({}),
    alerts: async () => [],
    wanted: { megabitsPerSecond: 3, framesPerSecond: 30, height: 720 },
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
  test("of a channel that takes SRT says that OBS's key stays empty", async () => {
    services = { ...services, streamKey: async () => null };
    await clock.until(run("start", services));
    expect(printed()).toMatch(/Stream key +stays empty/);
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
  test("says what is wrong with it, what would be right, and what to set", async () => {
    await clock.until(run("start", services));
    const minutes = [1, 2, 3].map((minute) => ({ ...GOOD_MINUTE, minute }));
    const inputs = {
      "0": minutes,
      "1": minutes.map((each) => ({ ...each, keyframeSeconds: { least: 8, most: 8 } })),
    };
    const alert = { pipeline: "1", type: "Failed to Write to Output", message: "for a reason" };
    await run("status", { ...services, inputMinutes: async () => inputs, alerts: async () => [alert] });
    expect(printed()).toContain("Stream health, encoder 1: nothing is wrong");
    expect(printed()).toContain(
      "Stream health, encoder 2:\n  warning  Up to 8 s pass between keyframes: after a fault the picture takes as long to return.\n" +
        "           A keyframe every 2 s.\n           In OBS: Settings, Output, Keyframe Interval: 2 s.\n" +
        "  warning  MediaLive warns: Failed to Write to Output (for a reason).",
    );
    lines = [];
    await run("status", { ...services, inputMinutes: async () => ({ "0": minutes }) });
    expect(printed()).toContain("Stream health: nothing is wrong");
    lines = [];
    const silent = { ...GOOD_MINUTE, minute: 1, megabitsPerSecond: { least: 0, most: 0 } };
    await run("status", { ...services, inputMinutes: async () => ({ "0": [silent] }) });
    expect(printed()).not.toContain("Stream health");
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

describe("live event", () => {
  const PNG = Buffer.from("89504e470d0a1a0a0000000d4948445200000500000002d0", "hex");
  let kept: EventDetails | null;
  let pictures: string[];
  const set = (changes: EventChanges) =>
    setEvent(changes, {
      playerUrl: DEPLOYMENT.playerUrl,
      readDetails: async () => kept,
      writeDetails: async (details) => {
        kept = details;
      },
      writePicture: async (name) => void pictures.push(name),
      readFile: async (path) => (path === "poster.png" ? PNG : Buffer.from("text")),
      print: (line) => lines.push(line),
    });
  beforeEach(() => {
    kept = null;
    pictures = [];
  });

  test("without changes prints what is set, or how to set it", async () => {
    await set({});
    expect(printed()).toContain('npm run live -- event --title "Our show"');
    await set({ title: "Our show" });
    lines = [];
    await set({});
    expect(printed()).toMatch(/Title +Our show/);
    expect(printed()).toMatch(/Starts +not said/);
    expect(printed()).not.toContain("ten seconds");
  });

  test("sets every detail, and the address by itself", async () => {
    await set({
      title: "Our show",
      description: "Text",
      starts: "2026-12-01T20:00+01:00",
      poster: "poster.png",
      logo: "poster.png",
      accent: "#1D6FB8",
      background: "#ffffff",
      viewers: "shown",
    });
    const picture = { name: expect.stringMatching(/^[\w-]{22}\.png$/), width: 1280, height: 720 };
    expect(kept).toEqual({
      title: "Our show",
      description: "Text",
      startsAt: "2026-12-01T19:00:00.000Z",
      poster: picture,
      logo: picture,
      colours: { accent: "#1d6fb8", background: "#ffffff" },
      showsViewers: true,
      address: DEPLOYMENT.playerUrl,
    });
    expect(pictures).toHaveLength(2);
    expect(printed()).toMatch(/Poster +1280×720/);
    expect(printed()).toContain("within ten seconds");
  });

  test("changes what is named, takes away what is empty, and leaves the rest", async () => {
    await set({
      title: "Our show",
      poster: "poster.png",
      accent: "#1d6fb8",
      background: "#ffffff",
      viewers: "shown",
    });
    await set({ description: "Text", poster: "", background: "" });
    expect(kept).toMatchObject({
      title: "Our show",
      description: "Text",
      poster: null,
      colours: { accent: "#1d6fb8", background: null },
      showsViewers: true,
    });
  });

  test.each([
    [{ description: "Text" }, "An event needs a title."],
    [{ title: "" }, "An event needs a title."],
    [{ title: "Our show", poster: "notes.txt" }, "The picture must be a JPEG or a PNG."],
    [{ title: "Our show", viewers: "yes" }, "--viewers must be shown or hidden."],
    [{ title: "Our show", poster: "poster.png", starts: "tomorrow" }, "The start must be a time"],
  ])("%j changes nothing", async (changes, reason) => {
    await expect(set(changes)).rejects.toThrow(reason);
    expect([kept, pictures]).toEqual([null, []]);
  });
});
