/** `Channels` over MediaLive's API, one function for each request, so that a bundle holds only those it may make. */

import {
  ConflictException,
  DescribeChannelCommand,
  type MediaLiveClient,
  NotFoundException,
  paginateListChannels,
  StartChannelCommand,
  StopChannelCommand,
} from "@aws-sdk/client-medialive";
import { type Channels, STACK_TAG } from "./channels.ts";

export function findChannel(client: MediaLiveClient): Channels["find"] {
  return async (stackId) => {
    const found: string[] = [];
    for await (const { Channels = [] } of paginateListChannels({ client }, {})) {
      for (const { Id, State, Tags } of Channels) {
        const isLeaving = State === "DELETING" || State === "DELETED";
        if (Id && !isLeaving && Tags?.[STACK_TAG] === stackId) found.push(Id);
      }
    }
    return found;
  };
}

export function channelState(client: MediaLiveClient): Channels["state"] {
  return async (channelId) => {
    try {
      const { State } = await client.send(new DescribeChannelCommand({ ChannelId: channelId }));
      if (!State) throw new Error(`MediaLive described channel ${channelId} without a state.`);
      return State;
    } catch (error) {
      if (error instanceof NotFoundException) return "GONE";
      throw error;
    }
  };
}

export function startChannel(client: MediaLiveClient): Channels["start"] {
  return (channelId) => unlessForestalled(client.send(new StartChannelCommand({ ChannelId: channelId })));
}

export function stopChannel(client: MediaLiveClient): Channels["stop"] {
  return (channelId) => unlessForestalled(client.send(new StopChannelCommand({ ChannelId: channelId })));
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
