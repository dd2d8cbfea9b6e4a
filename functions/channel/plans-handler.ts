/** Lambda handler that carries out what people planned in the studio, when MediaLive tells of the channel and every minute. */

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { tableFrom } from "../record/dynamodb.ts";
import type { ChannelEvent } from "./broadcast.ts";
import { channelControl } from "./control.ts";
import { requestLimits } from "./request-limits.ts";

const channel = channelControl(new MediaLiveClient(requestLimits()), tableFrom(process.env), {
  channelId: String(process.env["CHANNEL_ID"]),
  inputId: String(process.env["INPUT_ID"]),
});

export async function handler(event: Pick<ChannelEvent, "detail-type" | "time">): Promise<void> {
  await channel.advanceKeyTurn(Math.floor(Date.now() / 1000));
  // By the minute that it is for, also if it comes late.
  if (event["detail-type"] === "Scheduled Event") await channel.keepSchedule(Date.parse(event.time));
}
