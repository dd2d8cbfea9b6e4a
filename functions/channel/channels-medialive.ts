// The stack's channel in MediaLive.

import {
  ConflictException,
  DescribeChannelCommand,
  MediaLiveClient,
  NotFoundException,
  paginateListChannels,
  StartChannelCommand,
  StopChannelCommand,
} from "@aws-sdk/client-medialive";
import { type ChannelState, type Channels, STACK_TAG } from "./channels.ts";

export function mediaLiveChannels(client: MediaLiveClient = new MediaLiveClient({})): Channels {
  return {
    async find(stackId) {
      for await (const page of paginateListChannels({ client }, {})) {
        const channel = page.Channels?.find(({ Tags }) => Tags?.[STACK_TAG] === stackId);
        if (channel?.Id) return channel.Id;
      }
      return undefined;
    },

    async state(channelId) {
      try {
        const { State } = await client.send(new DescribeChannelCommand({ ChannelId: channelId }));
        if (!State) throw new Error(`MediaLive described channel ${channelId} without a state.`);
        return State as ChannelState;
      } catch (error) {
        if (error instanceof NotFoundException) return "GONE";
        throw error;
      }
    },

    start: (channelId) => unlessForestalled(client.send(new StartChannelCommand({ ChannelId: channelId }))),
    stop: (channelId) => unlessForestalled(client.send(new StopChannelCommand({ ChannelId: channelId }))),
  };
}

async function unlessForestalled(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ConflictException || error instanceof NotFoundException) return false;
    throw error;
  }
}
