/** The contract of `Channels`, as facts that any test runner can check one by one. */

import assert from "node:assert/strict";
import type { Channels } from "../../functions/channel/channels.ts";

interface Subject {
  readonly channels: Channels;
  /** An idle channel of the stack `stackId`. */
  readonly channelId: string;
  readonly stackId: string;
  /** Waits until a start or a stop is complete. */
  settle(): Promise<void>;
}

export interface Fact {
  readonly name: string;
  check(subject: Subject): Promise<void>;
}

export const CHANNELS_CONTRACT: readonly Fact[] = [
  {
    name: "a stack's channel is found by the stack's id",
    async check({ channels, channelId, stackId }) {
      assert.deepEqual(await channels.find(stackId), [channelId]);
    },
  },
  {
    name: "another stack has none",
    async check({ channels, stackId }) {
      assert.deepEqual(await channels.find(`${stackId}-other`), []);
    },
  },
  {
    name: "a start is ours, and leads through STARTING to RUNNING",
    async check({ channels, channelId, settle }) {
      assert.equal(await channels.state(channelId), "IDLE");
      assert.equal(await channels.start(channelId), true);
      await settle();
      assert.equal(await channels.state(channelId), "RUNNING");
    },
  },
  {
    name: "a stop is ours, and leads back to IDLE",
    async check({ channels, channelId, settle }) {
      await channels.start(channelId);
      await settle();
      assert.equal(await channels.state(channelId), "RUNNING");
      assert.equal(await channels.stop(channelId), true);
      await settle();
      assert.equal(await channels.state(channelId), "IDLE");
    },
  },
];
