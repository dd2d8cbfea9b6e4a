/** Brings a channel to a goal and waits until it is there, repeating requests that MediaLive loses. */

import type { ChannelState } from "./channels.ts";
import { type Goal, nextStep } from "./life.ts";

export interface Clock {
  /** Milliseconds since any fixed moment. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface ReachOptions {
  readonly channelId: string;
  readonly goal: Goal;
  readonly state: (channelId: string) => Promise<ChannelState>;
  /** Makes the request that leads to the goal: a start or a stop. */
  readonly ask: (channelId: string) => Promise<boolean>;
  /** When to give up, in the clock's milliseconds. */
  readonly deadline: number;
  /** How often to read the state; every 5 s if not given, as MediaLive takes minutes. */
  readonly pollMilliseconds?: number;
  /** Called with every state that is read, changed or not. */
  readonly onState?: (state: ChannelState) => void;
}

const POLL_MILLISECONDS = 5_000;
/** MediaLive's API fails now and then; this many failures in a row are an error. */
const FAILURES_IN_A_ROW = 5;

/** Throws when the deadline passes, when MediaLive keeps failing, and when the goal can no longer be reached. */
export async function reach(options: ReachOptions, clock: Clock): Promise<void> {
  const { channelId, goal, deadline } = options;
  let failures = 0;
  let state: ChannelState | "unknown" = "unknown";
  while (clock.now() < deadline) {
    try {
      state = await options.state(channelId);
      options.onState?.(state);
      const step = nextStep(goal, state);
      if (step.do === "nothing") return;
      if (step.do === "give up") throw new Unreachable(step.reason);
      if (step.do === "ask") await options.ask(channelId);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (error instanceof Unreachable || failures >= FAILURES_IN_A_ROW) throw error;
    }
    await clock.sleep(options.pollMilliseconds ?? POLL_MILLISECONDS);
  }
  throw new Error(
    `Channel ${channelId} is still ${state}, not ${goal}, and the time to wait for it is over.`,
  );
}

class Unreachable extends Error {}

export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
