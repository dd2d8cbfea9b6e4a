import { beforeEach, describe, expect, test } from "vitest";
import { MemoryChannels } from "../../../test/doubles/channels-memory.ts";
import { TestClock } from "../../../test/doubles/clock.ts";
import type { Minute } from "./idleness.ts";
import { type AutoStopServices, stopIfIdle } from "./stop-if-idle.ts";

const CHANNEL = "1234567";
const IDLE_LIMIT = { autoStopMinutes: 15 };

let clock: TestClock;
let channels: MemoryChannels;
let notices: string[];
let megabitsIn: number;
let keptUntil: number;
let forecasts: unknown[];
let services: AutoStopServices;

beforeEach(async () => {
  clock = new TestClock();
  channels = new MemoryChannels(clock);
  notices = [];
  megabitsIn = 0;
  keptUntil = 0;
  forecasts = [];
  services = {
    channels,
    notices: {
      send: async (subject) => {
        notices.push(subject);
      },
    },
    metrics: { lastMinutes: async (_id, count) => series(count) },
    keptUntil: async () => keptUntil,
    noteForecast: async (forecast) => void forecasts.push(forecast),
    log: () => {},
    now: () => clock.now(),
  };
  channels.create(CHANNEL, "stack");
  await clock.pass(60 * 60_000);
  await channels.start(CHANNEL);
  await clock.pass(60 * 60_000);
  channels.calls.length = 0;
});

function series(count: number): Minute[] {
  const now = Math.floor(clock.now() / 60_000);
  return Array.from({ length: count }, (_, back) => ({
    minute: now - back,
    wasRunning: true,
    megabitsPerSecondIn: megabitsIn,
  }));
}

const run = () => stopIfIdle(CHANNEL, IDLE_LIMIT, services);

describe("the scheduled look at the channel", () => {
  test("stops one without input and tells people", async () => {
    await run();
    expect(await channels.state(CHANNEL)).toBe("STOPPING");
    expect(notices).toEqual(["Shoal stopped the channel"]);
    expect(forecasts).toEqual([{ stopsAt: null, notedAt: clock.now() / 1000 }]);
  });
  test("leaves one with input alone", async () => {
    megabitsIn = 4;
    await run();
    expect(await channels.state(CHANNEL)).toBe("RUNNING");
    expect(notices).toEqual([]);
    expect(forecasts).toEqual([{ stopsAt: null, notedAt: clock.now() / 1000 }]);
  });
  test("leaves one alone that people want to run on, and foretells its stop", async () => {
    keptUntil = clock.now() / 1000 + 600;
    await run();
    expect(await channels.state(CHANNEL)).toBe("RUNNING");
    expect(forecasts).toEqual([{ stopsAt: keptUntil, notedAt: clock.now() / 1000 }]);
    await clock.pass(600_000);
    await run();
    expect(await channels.state(CHANNEL)).toBe("STOPPING");
  });
  test("that comes twice at once tells people once", async () => {
    await Promise.all([run(), run()]);
    expect(notices).toHaveLength(1);
  });
  test("that comes late finds the channel stopped, and neither reads metrics nor tells anybody", async () => {
    await channels.stop(CHANNEL);
    services = {
      ...services,
      metrics: { lastMinutes: () => Promise.reject(new Error("metrics were read")) },
    };
    await run();
    expect(notices).toEqual([]);
  });
  test("stops nothing when CloudWatch fails, and fails itself so that the alarm sees it", async () => {
    services = {
      ...services,
      metrics: { lastMinutes: () => Promise.reject(new Error("CloudWatch is away")) },
    };
    await expect(run()).rejects.toThrow("CloudWatch is away");
    expect(channels.calls).not.toContain("stop");
  });
  test("survives a channel that is gone", async () => {
    await expect(stopIfIdle("7654321", IDLE_LIMIT, services)).resolves.toBeUndefined();
  });
});
