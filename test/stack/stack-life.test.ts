/** The stack's whole life, rehearsed: CloudFormation walks the real template, and MediaLive refuses what it refuses. */

import { describe, expect, test } from "vitest";
import { CloudFormation } from "./template/cloudformation.ts";

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

describe.each(SEEDS)("in the order of seed %i", (seed) => {
  test("the stack is created, goes on the air, and is deleted while it runs", async () => {
    const stack = new CloudFormation(seed);
    await stack.create();
    await stack.goOnTheAir();
    await stack.delete();
    expect(stack.resources).toEqual([]);
  });

  test.each([
    ["another ladder", { Ladder: "1080p" }],
    ["another stream key", { StreamKey: "a-key-of-my-own-choice" }],
    ["another generated stream key", { StreamKeyVersion: "2" }],
    ["a second pipeline", { ChannelClass: "STANDARD" }],
  ])("%s stops the running channel before it is changed", async (_name, change) => {
    const stack = new CloudFormation(seed);
    await stack.create();
    await stack.goOnTheAir();
    await stack.update(change);
    expect(await stack.channelState()).toBe("IDLE");
  });
});

test("a change that doesn't reach the channel leaves it on the air", async () => {
  const stack = new CloudFormation(1);
  await stack.create();
  await stack.goOnTheAir();
  await stack.update({ LogDays: "30", SharingMode: "leech" });
  expect(await stack.channelState()).toBe("RUNNING");
});

test("the secrets stay the same through updates", async () => {
  const stack = new CloudFormation(1);
  await stack.create();
  const before = stack.secrets;
  await stack.update({ Ladder: "540p" });
  expect(stack.secrets).toEqual(before);
});

test("another signing key is one that viewers know already, and leaves the channel on the air", async () => {
  const stack = new CloudFormation(1);
  await stack.create();
  await stack.goOnTheAir();
  const [current, next] = stack.publicKeys;
  await stack.update({ SigningKey: "2" });
  expect(stack.publicKeys).toEqual([next, expect.any(String), current]);
  expect(await stack.channelState()).toBe("RUNNING");
});

describe("whichever call to MediaLive fails", () => {
  test("deletion of a running stack gets through, at the second attempt at the latest", async () => {
    for (let call = 1; call <= (await callsOf((stack) => stack.delete())); call += 1) {
      const stack = await running();
      stack.failCall(call);
      await stack.delete().catch(() => stack.delete());
      expect(stack.resources, `call ${call}`).toEqual([]);
    }
  });

  test("an update that fails is rolled back, and gets through at the second attempt", async () => {
    const change = { Ladder: "1080p" };
    for (let call = 1; call <= (await callsOf((stack) => stack.update(change))); call += 1) {
      const stack = await running();
      stack.failCall(call);
      await stack.update(change).catch(() => stack.update(change));
      expect(stack.parameters, `call ${call}`).toMatchObject(change);
    }
  });

  test("every request of CloudFormation is answered", async () => {
    for (let call = 1; call <= (await callsOf((stack) => stack.delete())); call += 1) {
      const stack = await running();
      stack.failCall(call);
      await stack.delete().catch(() => {});
      expect(stack.answered, `call ${call}`).toBe(stack.asked);
    }
  });
});

async function running(): Promise<CloudFormation> {
  const stack = new CloudFormation(1);
  await stack.create();
  await stack.goOnTheAir();
  return stack;
}

async function callsOf(act: (stack: CloudFormation) => Promise<void>): Promise<number> {
  const stack = await running();
  const before = stack.calls;
  await act(stack);
  return stack.calls - before;
}
