/** Asks MediaLive what it warns of. */

import { ListAlertsCommand, type MediaLiveClient } from "@aws-sdk/client-medialive";
import type { ActiveAlert } from "./minutes.ts";

/** The alerts that are on, of all pipelines. */
export async function activeAlerts(
  client: MediaLiveClient,
  ChannelId: string,
): Promise<readonly ActiveAlert[]> {
  const { Alerts = [] } = await client.send(new ListAlertsCommand({ ChannelId, StateFilter: "SET" }));
  return Alerts.map(({ PipelineId = "0", AlertType = "", Message = "" }) => ({
    pipeline: PipelineId,
    type: AlertType,
    message: Message,
  }));
}
