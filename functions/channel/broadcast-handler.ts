/**
 * Lambda handler that notes whether viewers have a picture: when MediaLive tells of the channel, and every minute by
 * looking at it, since EventBridge delivers MediaLive's events by best effort.
 */

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { tableFrom } from "../record/dynamodb.ts";
import { readBroadcast, writeBroadcast } from "../record/record.ts";
import {
  afterLook,
  afterNotice,
  type BroadcastStore,
  type ChannelEvent,
  noticeIn,
  updateBroadcast,
} from "./broadcast.ts";
import { lookAtChannel } from "./look-medialive.ts";
import { requestLimits } from "./request-limits.ts";

const channelId = String(process.env["CHANNEL_ID"]);
const table = tableFrom(process.env);
const client = new MediaLiveClient(requestLimits());
const store: BroadcastStore = {
  read: () => readBroadcast(table),
  write: (broadcast, after) => writeBroadcast(table, broadcast, after),
};

export async function handler(event: ChannelEvent): Promise<void> {
  if (event["detail-type"] === "Scheduled Event") {
    const look = await lookAtChannel(client, channelId, Date.now);
    return updateBroadcast(store, (before) => afterLook(before, look));
  }
  const notice = noticeIn(event);
  if (notice) await updateBroadcast(store, (before) => afterNotice(before, notice));
}
