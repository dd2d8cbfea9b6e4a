/** The two channels that `live` can drive: a deployed stack's in the cloud, and the one that `npm start` runs here. */

import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { cloudWatchMetrics } from "../../functions/channel/auto-stop/metrics-cloudwatch.ts";
import { channelState, startChannel, stopChannel } from "../../functions/channel/channels-medialive.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { findRunning } from "../../local/running.ts";
import { channelHour } from "../cost/estimate.ts";
import { renditionsOf } from "../cost/stack.ts";
import type { LiveServices } from "./commands.ts";
import { findDeployment } from "./deployed-stack.ts";

type Target = Pick<
  LiveServices,
  "deployment" | "dollarsAnHour" | "pollMilliseconds" | "channels" | "lastMinutes"
>;

/** The channel of a stack. Throws with a sentence for the person who asked when there is no such stack. */
export async function channelInCloud(stack: string, region: string | undefined): Promise<Target> {
  const where = region ? { region } : {};
  const deployment = await findDeployment(stack, new CloudFormationClient(where));
  const hourly = channelHour(await renditionsOf(deployment.ladder), deployment.hasTwoPipelines);
  return {
    deployment,
    dollarsAnHour: hourly,
    pollMilliseconds: 5_000,
    ...requestsOf(deployment.channelId, new MediaLiveClient(where), new CloudWatchClient(where)),
  };
}

/** The channel of the Shoal that `npm start` noted in this folder. Throws with a sentence when none runs. */
export async function channelOnThisMachine(stateFolder: string): Promise<Target> {
  const running = await findRunning(stateFolder);
  if (!running) throw new Error("Shoal isn't running on this machine. Start it with npm start.");
  const { mediaLiveEndpoint, cloudWatchEndpoint, ...deployment } = running;
  return {
    deployment,
    dollarsAnHour: null,
    pollMilliseconds: 250,
    ...requestsOf(
      deployment.channelId,
      new MediaLiveClient({ ...LOCAL_AWS, endpoint: mediaLiveEndpoint }),
      new CloudWatchClient({ ...LOCAL_AWS, endpoint: cloudWatchEndpoint }),
    ),
  };
}

function requestsOf(
  channelId: string,
  mediaLive: MediaLiveClient,
  cloudWatch: CloudWatchClient,
): Pick<Target, "channels" | "lastMinutes"> {
  const metrics = cloudWatchMetrics(cloudWatch);
  return {
    channels: {
      state: channelState(mediaLive),
      start: startChannel(mediaLive),
      stop: stopChannel(mediaLive),
    },
    lastMinutes: (minutes) => metrics.lastMinutes(channelId, minutes),
  };
}
