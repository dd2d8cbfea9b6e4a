import { describe, expect, test } from "vitest";
import type { ChannelState } from "./channels.ts";
import { nextStep } from "./life.ts";

const BETWEEN: ChannelState[] = ["CREATING", "STARTING", "STOPPING", "UPDATING"];

describe("towards IDLE", () => {
  test.each<ChannelState>(["RUNNING", "RECOVERING"])("a %s channel is asked to stop", (state) => {
    expect(nextStep("IDLE", state)).toEqual({ do: "ask" });
  });
  test.each(BETWEEN)("a %s channel is waited for", (state) => {
    expect(nextStep("IDLE", state)).toEqual({ do: "wait" });
  });
  test.each<ChannelState>(["IDLE", "CREATE_FAILED", "UPDATE_FAILED", "DELETING", "DELETED", "GONE"])(
    "a %s channel needs nothing",
    (state) => {
      expect(nextStep("IDLE", state)).toEqual({ do: "nothing" });
    },
  );
});

describe("towards RUNNING", () => {
  test.each<ChannelState>(["IDLE", "UPDATE_FAILED"])("a channel in %s is asked to start", (state) => {
    expect(nextStep("RUNNING", state)).toEqual({ do: "ask" });
  });
  test.each(BETWEEN)("a %s channel is waited for", (state) => {
    expect(nextStep("RUNNING", state)).toEqual({ do: "wait" });
  });
  test.each<ChannelState>(["RUNNING", "RECOVERING"])("a %s channel needs nothing", (state) => {
    expect(nextStep("RUNNING", state)).toEqual({ do: "nothing" });
  });
  test.each<ChannelState>(["GONE", "DELETED", "DELETING", "CREATE_FAILED"])(
    "a channel in %s never will, and the reason is given",
    (state) => {
      expect(nextStep("RUNNING", state)).toMatchObject({
        do: "give up",
        reason: expect.stringMatching(/\w/),
      });
    },
  );
});
