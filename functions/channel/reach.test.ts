import { beforeEach, describe, expect, test } from "vitest";
import { MemoryChannels } from "../../test/doubles/channels-memory.ts";
import { TestClock } from "../../test/doubles/clock.ts";
import type { Channels } from "./channels.ts";
import { reach, wallClock } from "./reach.ts";

const CHANNEL = "1234567";
const deadline = 14 * 60_000;

let clock: TestClock;
let channels: MemoryChannels;

beforeEach(() => {
  clock = new TestClock();
  channels = new MemoryChannels(clock);
  channels.create(CHANNEL, "stack");
});

const go = (goal: "RUNNING" | "IDLE", { state, start, stop }: Channels = channels) =>
  clock.until(
    reach({ channelId: CHANNEL, goal, state, ask: goal === "IDLE" ? stop : start, deadline }, clock),
  );

describe("reaching a state", () => {
  test("an idle channel is started and waited for", async () => {
    await go("RUNNING");
    expect(await channels.state(CHANNEL)).toBe("RUNNING");
  });
  test("a running channel is stopped and waited for", async () => {
    await go("RUNNING");
    await go("IDLE");
    expect(await channels.state(CHANNEL)).toBe("IDLE");
  });
  test("a channel that is just starting is let start, then stopped", async () => {
    await channels.start(CHANNEL);
    await go("IDLE");
    expect(await channels.state(CHANNEL)).toBe("IDLE");
    expect(clock.now()).toBeGreaterThan(180_000);
  });
  test("a channel that is there already is asked for nothing", async () => {
    await go("IDLE");
    expect(channels.calls).toEqual(["state"]);
  });
  test("a request that MediaLive loses is made again", async () => {
    let lost = 0;
    const forgetful: Channels = {
      find: (id) => channels.find(id),
      state: (id) => channels.state(id),
      stop: (id) => channels.stop(id),
      start: async (id) => (lost++ === 0 ? true : channels.start(id)),
    };
    await go("RUNNING", forgetful);
    expect(await channels.state(CHANNEL)).toBe("RUNNING");
  });
  test("a failure now and then is waited out", async () => {
    let calls = 0;
    const flaky: Channels = {
      find: (id) => channels.find(id),
      state: (id) =>
        calls++ % 2 === 0 ? Promise.reject(new Error("Too many requests")) : channels.state(id),
      start: (id) => channels.start(id),
      stop: (id) => channels.stop(id),
    };
    await go("RUNNING", flaky);
    expect(await channels.state(CHANNEL)).toBe("RUNNING");
  });
  test("a failure that stays is passed on in MediaLive's words", async () => {
    const denied = async (): Promise<never> => {
      throw new Error("User is not authorized to perform medialive:DescribeChannel");
    };
    const forbidden: Channels = { find: denied, state: denied, start: denied, stop: denied };
    await expect(go("IDLE", forbidden)).rejects.toThrow("not authorized");
  });
  test("the deadline ends the wait and names the state in which the channel hangs", async () => {
    const stuck: Channels = {
      find: async () => [CHANNEL],
      state: async () => "STOPPING",
      start: async () => false,
      stop: async () => false,
    };
    await expect(go("IDLE", stuck)).rejects.toThrow("still STOPPING, not IDLE");
  });
  test("a channel that is gone can't be started, and nothing is waited for", async () => {
    channels.delete();
    await expect(go("RUNNING")).rejects.toThrow("doesn't exist");
    expect(clock.now()).toBe(0);
  });
});

test("the wall clock tells the time of day, and sleeps at least as long as it is told", async () => {
  const begun = wallClock.now();
  expect(Math.abs(begun - Date.now())).toBeLessThan(1_000);
  await wallClock.sleep(20);
  // A timer may fire up to a millisecond early.
  expect(wallClock.now() - begun).toBeGreaterThanOrEqual(19);
});
