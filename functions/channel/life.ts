/** Decides the next step from a channel's state to a goal. */

import type { ChannelState } from "./channels.ts";

export type Goal = "RUNNING" | "IDLE";

export type Step =
  | { readonly do: "ask" | "wait" | "nothing" }
  | { readonly do: "give up"; readonly reason: string };

const RESTING: ReadonlySet<ChannelState> = new Set(["IDLE", "CREATE_FAILED", "UPDATE_FAILED"]);
const ON_THE_AIR: ReadonlySet<ChannelState> = new Set(["RUNNING", "RECOVERING"]);
const LEAVING: ReadonlySet<ChannelState> = new Set(["DELETING", "DELETED", "GONE"]);

/**
 * `ask` means to request a start or a stop, whichever leads to the goal. MediaLive refuses both while a channel is
 * between two states (STARTING, STOPPING, UPDATING, …), so the answer then is `wait`. A channel that is deleted, or
 * being deleted, counts as idle, and can't be started.
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
