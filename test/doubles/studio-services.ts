/** What the studio's routes need: a channel that answers nothing, and a webhook's receiver that takes everything. */

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { channelControl } from "../../functions/channel/control.ts";
import type { StudioServices } from "../../functions/studio/route.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";

export function studioServices(
  services: Pick<StudioServices, "table" | "now"> & Partial<StudioServices>,
): StudioServices {
  const reach = { isPrivateAllowed: false };
  return {
    insights: services.table,
    keys: [],
    linkKey: "a link key",
    channel: channelControl(new MediaLiveClient(LOCAL_AWS), services.table, { channelId: "", inputId: "" }),
    dollarsAnHour: null,
    rehearsals: { start: null, target: "--stack shoal --region us-east-1", dollars: () => null },
    thumbnail: async () => null,
    webhook: { reach, send: async () => ({ status: 204 }), chance: () => 0.5 },
    ...services,
  };
}
