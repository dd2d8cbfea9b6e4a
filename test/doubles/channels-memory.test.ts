import { describe, expect, test } from "vitest";
import { CHANNELS_CONTRACT } from "../contracts/channels.ts";
import { MemoryChannels } from "./channels-memory.ts";
import { TestClock } from "./clock.ts";

const CHANNEL = "1234567";
const STACK = "stack";

function channelsAndClock(): { channels: MemoryChannels; clock: TestClock } {
  const clock = new TestClock();
  const channels = new MemoryChannels(clock);
  channels.create(CHANNEL, STACK);
  return { channels, clock };
}

describe("the channel in memory", () => {
  test.each(CHANNELS_CONTRACT)("$name", async ({ check }) => {
    const { channels, clock } = channelsAndClock();
    await check({ channels, channelId: CHANNEL, stackId: STACK, settle: () => clock.pass(600_000) });
  });
  test("takes its time, as MediaLive does", async () => {
    const { channels, clock } = channelsAndClock();
    await channels.start(CHANNEL);
    await clock.pass(60_000);
    expect(await channels.state(CHANNEL)).toBe("STARTING");
  });
  test("refuses a change or a deletion while it runs, as MediaLive does", async () => {
    const { channels, clock } = channelsAndClock();
    await channels.start(CHANNEL);
    await clock.pass(600_000);
    expect(() => channels.update()).toThrow("IDLE, not RUNNING");
    expect(() => channels.delete()).toThrow("IDLE, not RUNNING");
  });
  test("says who was second: a stop of what isn't running, a start of what is", async () => {
    const { channels, clock } = channelsAndClock();
    expect(await channels.stop(CHANNEL)).toBe(false);
    await channels.start(CHANNEL);
    await clock.pass(600_000);
    expect(await channels.start(CHANNEL)).toBe(false);
  });
});
