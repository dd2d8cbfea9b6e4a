/** `Channels` in memory: one channel with MediaLive's delays and refusals, on a clock that tests advance by hours. */

import type { ChannelState, Channels } from "../../functions/channel/channels.ts";
import type { Clock } from "../../functions/channel/reach.ts";

const STARTING_MILLISECONDS = 180_000;
const STOPPING_MILLISECONDS = 60_000;

interface MemoryChannel {
  readonly id: string;
  readonly stackId: string;
  state: ChannelState;
  /** When it changes to the state `next`, in the clock's milliseconds. */
  until: number;
  next: ChannelState;
}

export class MemoryChannels implements Channels {
  readonly calls: string[] = [];
  readonly #clock: Clock;
  #channel: MemoryChannel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  create(id: string, stackId: string): void {
    this.#channel = { id, stackId, state: "IDLE", until: Number.POSITIVE_INFINITY, next: "IDLE" };
  }

  /** What CloudFormation does when the channel's definition changes. Throws MediaLive's refusal unless it is idle. */
  update(): void {
    this.#mustBeIdle("updated");
  }

  /** What CloudFormation does when the channel leaves the stack. Throws MediaLive's refusal unless it is idle. */
  delete(): void {
    this.#mustBeIdle("deleted");
    this.#channel = undefined;
  }

  readonly find = async (stackId: string): Promise<readonly string[]> => {
    this.calls.push("find");
    return this.#channel?.stackId === stackId ? [this.#channel.id] : [];
  };

  readonly state = async (channelId: string): Promise<ChannelState> => {
    this.calls.push("state");
    return this.#current(channelId)?.state ?? "GONE";
  };

  readonly start = async (channelId: string): Promise<boolean> => {
    this.calls.push("start");
    return this.#leave(channelId, "IDLE", { state: "STARTING", next: "RUNNING" }, STARTING_MILLISECONDS);
  };

  readonly stop = async (channelId: string): Promise<boolean> => {
    this.calls.push("stop");
    return this.#leave(channelId, "RUNNING", { state: "STOPPING", next: "IDLE" }, STOPPING_MILLISECONDS);
  };

  #leave(
    channelId: string,
    from: ChannelState,
    way: { readonly state: ChannelState; readonly next: ChannelState },
    milliseconds: number,
  ): boolean {
    const channel = this.#current(channelId);
    if (channel?.state !== from) return false;
    Object.assign(channel, way, { until: this.#clock.now() + milliseconds });
    return true;
  }

  #current(channelId: string): MemoryChannel | undefined {
    const channel = this.#channel;
    if (channel?.id !== channelId) return undefined;
    if (this.#clock.now() >= channel.until) {
      Object.assign(channel, { state: channel.next, until: Number.POSITIVE_INFINITY });
    }
    return channel;
  }

  #mustBeIdle(verb: string): void {
    const state = this.#channel && this.#current(this.#channel.id)?.state;
    if (state !== "IDLE") throw new Error(`Channel can only be ${verb} when it is IDLE, not ${state}.`);
  }
}
