/** A picture of what comes in, of each pipeline. */

import { DescribeThumbnailsCommand, type MediaLiveClient } from "@aws-sdk/client-medialive";
import { Refusal } from "./request.ts";
import { lastOf, type Routes } from "./route.ts";

/** A JPEG in Base64. Null while there is none: the channel doesn't run, or hasn't made one yet. */
export type Thumbnail = (pipeline: string) => Promise<string | null>;

export const PICTURE: Routes = {
  "GET thumbnail/*": async (request, _, { thumbnail }) => {
    const pipeline = lastOf(request);
    if (pipeline !== "0" && pipeline !== "1") throw new Refusal(400, "A pipeline is 0 or 1.");
    return { status: 200, body: { base64: await thumbnail(pipeline) } };
  },
};

export function thumbnailsOf(client: MediaLiveClient, ChannelId: string): Thumbnail {
  return async (PipelineId) => {
    const { ThumbnailDetails = [] } = await client.send(
      new DescribeThumbnailsCommand({ ChannelId, PipelineId, ThumbnailType: "CURRENT_ACTIVE" }),
    );
    return ThumbnailDetails[0]?.Thumbnails?.[0]?.Body ?? null;
  };
}
