/** What start, stop and auto-stop need of MediaLive, as an interface: decisions and tests know nothing of its API. */

/** MediaLive's own words for a channel's state, and `GONE` for one that doesn't exist (any more). */
export type ChannelState =
  | "CREATING"
  | "CREATE_FAILED"
  | "IDLE"
  | "STARTING"
  | "RUNNING"
  | "RECOVERING"
  | "STOPPING"
  | "UPDATING"
  | "UPDATE_FAILED"
  | "DELETING"
  | "DELETED"
  | "GONE";

export interface Channels {
  /**
   * The channels that carry the stack's id in their `shoal:stack` tag and aren't being deleted: one, none before it is
   * created, two while CloudFormation replaces it.
   */
  find(stackId: string): Promise<readonly string[]>;
  state(channelId: string): Promise<ChannelState>;
  /** Requests a start. False when another request was faster, or the channel is gone: its state tells which. */
  start(channelId: string): Promise<boolean>;
  /** Requests a stop. False when another request was faster, or the channel is gone: its state tells which. */
  stop(channelId: string): Promise<boolean>;
}

export const STACK_TAG = "shoal:stack";
