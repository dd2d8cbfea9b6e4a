/** The two channels that `live` can drive: a deployed stack's in the cloud, and the one that `npm start` runs here. */

import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DescribeChannelCommand, MediaLiveClient } from "@aws-sdk/client-medialive";
import { cloudWatchMetrics } from "../../functions/channel/auto-stop/metrics-cloudwatch.ts";
import { channelState, startChannel, stopChannel } from "../../functions/channel/channels-medialive.ts";
import { activeAlerts } from "../../functions/channel/health/alerts-medialive.ts";
import { inputMinutes, type MetricSources } from "../../functions/channel/health/input-cloudwatch.ts";
import type { Wanted } from "../../functions/channel/health/minutes.ts";
import { readIngest } from "../../functions/channel/ingest-medialive.ts";
import { wallClock } from "../../functions/channel/reach.ts";
import { makeStudioLink } from "../../functions/record/access.ts";
import { endpointIn, openTable, type Table } from "../../functions/record/dynamodb.ts";
import { writeRehearsal } from "../../functions/record/last-rehearsal.ts";
import { readDetails, writeDetails, writePicture } from "../../functions/record/record.ts";
import type { Rehearsal } from "../../functions/record/rehearsal.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { findRunning, type RunningShoal } from "../../local/running.ts";
import { channelHour, type Rendition } from "../cost/estimate.ts";
import { renditionsOf } from "../cost/stack.ts";
import type { LiveServices } from "./commands.ts";
import { findDeployment } from "./deployed-stack.ts";
import type { EventServices } from "./event-command.ts";
import { generationOf, raiseGeneration } from "./generation.ts";

type Target = Pick<
  LiveServices,
  | "deployment"
  | "dollarsAnHour"
  | "pollMilliseconds"
  | "channels"
  | "streamKey"
  | "lastMinutes"
  | "inputMinutes"
  | "alerts"
  | "wanted"
> & {
  /** The generation of tickets, and the next one, which revokes them. */
  generation(): Promise<number>;
  revoke(): Promise<number>;
};

/** The channel of a stack. Throws with a sentence for the person who asked when there is no such stack. */
export async function channelInCloud(stack: string, region: string | undefined): Promise<Target> {
  const where = region ? { region } : {};
  const cloudFormation = new CloudFormationClient(where);
  const deployment = await findDeployment(stack, cloudFormation);
  const renditions = await renditionsOf(deployment.ladder);
  const hourly = channelHour(renditions, deployment.hasTwoPipelines);
  return {
    deployment,
    dollarsAnHour: hourly,
    pollMilliseconds: 5_000,
    ...generationsOf(stack, cloudFormation),
    wanted: wantedOf(largestOf(renditions)),
    ...requestsOf(
      { channelId: deployment.channelId, channelGroup: stack },
      new MediaLiveClient(where),
      new CloudWatchClient(where),
    ),
  };
}

/** The channel of the Shoal that `npm start` noted in this folder. Throws with a sentence when none runs. */
export async function channelOnThisMachine(stateFolder: string): Promise<Target> {
  const running = await runningHere(stateFolder);
  const { mediaLiveEndpoint, cloudWatchEndpoint, cloudFormationEndpoint, ...others } = running;
  const { megabitsPerSecond = 0, height = 0, ...deployment } = others;
  return {
    deployment,
    dollarsAnHour: null,
    pollMilliseconds: 250,
    ...generationsOf("shoal", new CloudFormationClient({ ...LOCAL_AWS, endpoint: cloudFormationEndpoint })),
    wanted: wantedOf({ megabitsPerSecond, height }),
    ...requestsOf(
      { channelId: deployment.channelId, channelGroup: "shoal", hasInputMetrics: true },
      new MediaLiveClient({ ...LOCAL_AWS, endpoint: mediaLiveEndpoint }),
      new CloudWatchClient({ ...LOCAL_AWS, endpoint: cloudWatchEndpoint }),
    ),
  };
}

function generationsOf(stack: string, client: CloudFormationClient): Pick<Target, "generation" | "revoke"> {
  return {
    generation: () => generationOf(stack, client),
    revoke: () => raiseGeneration(stack, client, wallClock),
  };
}

function largestOf(renditions: readonly Rendition[]): Rendition {
  return renditions.reduce((one, other) => (other.height > one.height ? other : one));
}

/** Every rendition of the template has 30 frames a second. */
function wantedOf({ megabitsPerSecond, height }: Rendition): Wanted {
  return { megabitsPerSecond, height, framesPerSecond: 30 };
}

interface EventTarget
  extends Pick<EventServices, "playerUrl" | "readDetails" | "writeDetails" | "writePicture"> {
  /** A link for an owner. */
  makeStudioLink(): Promise<string>;
  /** Tells the studio how a rehearsal goes. */
  writeRehearsal(rehearsal: Rehearsal): Promise<void>;
}

/** The event of a stack. Throws with a sentence when there is no such stack, or it is of a version without events. */
export async function eventInCloud(stack: string, where: string | undefined): Promise<EventTarget> {
  const client = new CloudFormationClient(where ? { region: where } : {});
  const { playerUrl, channelTable, linkKey } = await findDeployment(stack, client);
  if (!channelTable || !linkKey)
    throw new Error(`Stack ${stack} has no event page yet: update it by npm run deploy.`);
  const [region, { credentials }] = [await client.config.region(), client.config];
  return eventIn(openTable({ name: channelTable, region, endpoint: endpointIn(region), credentials }), {
    playerUrl,
    linkKey,
  });
}

/** The event of the Shoal that runs here. It ends with it. */
export async function eventOnThisMachine(stateFolder: string): Promise<EventTarget> {
  const { channelTable: name, dynamoDbEndpoint: endpoint, ...running } = await runningHere(stateFolder);
  return eventIn(openTable({ ...LOCAL_AWS, name, endpoint }), running);
}

function eventIn(
  table: Table,
  { playerUrl, linkKey }: { readonly playerUrl: string; readonly linkKey: string },
): EventTarget {
  return {
    playerUrl,
    readDetails: () => readDetails(table),
    writeDetails: (details) => writeDetails(table, details),
    writePicture: (name, bytes) => writePicture(table, name, bytes),
    makeStudioLink: () => makeStudioLink(table, linkKey, playerUrl),
    writeRehearsal: (rehearsal) => writeRehearsal(table, rehearsal),
  };
}

async function runningHere(stateFolder: string): Promise<RunningShoal> {
  const running = await findRunning(stateFolder);
  if (!running) throw new Error("Shoal isn't running on this machine. Start it with npm start.");
  return running;
}

function requestsOf(
  sources: MetricSources,
  mediaLive: MediaLiveClient,
  cloudWatch: CloudWatchClient,
): Pick<Target, "channels" | "streamKey" | "lastMinutes" | "inputMinutes" | "alerts"> {
  const metrics = cloudWatchMetrics(cloudWatch);
  return {
    channels: {
      state: channelState(mediaLive),
      start: startChannel(mediaLive),
      stop: stopChannel(mediaLive),
    },
    streamKey: async () => {
      const described = await mediaLive.send(new DescribeChannelCommand({ ChannelId: sources.channelId }));
      const [input] = described.InputAttachments ?? [];
      return (await readIngest(mediaLive)(String(input?.InputId))).streamKey;
    },
    lastMinutes: (minutes) => metrics.lastMinutes(sources.channelId, minutes),
    inputMinutes: (minutes) => inputMinutes(cloudWatch, sources, minutes, new Date()),
    alerts: () => activeAlerts(mediaLive, sources.channelId),
  };
}
