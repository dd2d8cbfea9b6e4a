// Brings a channel to a wanted state and waits until it is there, asking again whenever MediaLive loses a request.

import type { ChannelState } from "./channels.ts";
import { type Goal, nextStep } from "./life.ts";

export interface Clock {
  /** Milliseconds since any fixed moment. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface Journey {
  readonly channelId: string;
  readonly goal: Goal;
  readonly state: (channelId: string) => Promise<ChannelState>;
  /** Makes the request that leads to the goal. */
  readonly ask: (channelId: string) => Promise<boolean>;
  /** On the clock, in milliseconds: when to give up waiting. */
  readonly deadline: number;
  /** Told every state that is seen, also when it hasn't changed. */
  readonly onState?: (state: ChannelState) => void;
}

const POLL_MILLISECONDS = 5_000;
/** MediaLive's API is busy or away now and then; so many failures in a row are more than that. */
const FAILURES_IN_A_ROW = 5;

/** Throws when the deadline passes, when MediaLive keeps failing, and when the goal can't be reached any more. */
export async function reach(journey: Journey, clock: Clock): Promise<void> {
  const { channelId, goal, deadline } = journey;
  let failures = 0;
  let state: ChannelState | "unknown" = "unknown";
  while (clock.now() < deadline) {
    try {
      state = await journey.state(channelId);
      journey.onState?.(state);
      const step = nextStep(goal, state);
      if (step.do === "nothing") return;
      if (step.do === "give up") throw new Unreachable(step.reason);
      if (step.do === "ask") await journey.ask(channelId);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (error instanceof Unreachable || failures >= FAILURES_IN_A_ROW) throw error;
    }
    await clock.sleep(POLL_MILLISECONDS);
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
