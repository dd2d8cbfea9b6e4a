// Decides what brings a channel from the state it is in to the state that is wanted.

import type { ChannelState } from "./channels.ts";

export type Goal = "RUNNING" | "IDLE";

export type Step =
  | { readonly do: "ask" | "wait" | "nothing" }
  | { readonly do: "give up"; readonly reason: string };

const RESTING: ReadonlySet<ChannelState> = new Set(["IDLE", "CREATE_FAILED", "UPDATE_FAILED"]);
const ON_THE_AIR: ReadonlySet<ChannelState> = new Set(["RUNNING", "RECOVERING"]);
const LEAVING: ReadonlySet<ChannelState> = new Set(["DELETING", "DELETED", "GONE"]);

/**
 * To `ask` is to make the request that leads to the goal, a start or a stop. MediaLive refuses both while a channel is
 * between two states (STARTING, STOPPING, UPDATING, …), so those are waited out. A channel that is gone, or going, is
 * as good as idle; it can never run again.
 */
export function nextStep(goal: Goal, state: ChannelState): Step {
  if (goal === "IDLE") {
    if (RESTING.has(state) || LEAVING.has(state)) return { do: "nothing" };
    return { do: ON_THE_AIR.has(state) ? "ask" : "wait" };
  }
  if (ON_THE_AIR.has(state)) return { do: "nothing" };
  if (LEAVING.has(state)) return { do: "give up", reason: "The channel doesn't exist (any more)." };
  if (state === "CREATE_FAILED") return { do: "give up", reason: "MediaLive failed to create the channel." };
  return { do: RESTING.has(state) ? "ask" : "wait" };
}
