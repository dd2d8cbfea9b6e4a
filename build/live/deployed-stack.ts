/** Reads what `live` needs from a deployed stack's outputs and parameters. */

import { type CloudFormationClient, DescribeStacksCommand, type Stack } from "@aws-sdk/client-cloudformation";
import type { Deployment } from "./commands.ts";

interface DeployedStack extends Deployment {
  readonly ladder: string;
  readonly hasTwoPipelines: boolean;
  /** Name of the channel's record in DynamoDB; stacks of older versions have none. */
  readonly channelTable: string | undefined;
}

/** Throws with a sentence for the person who asked when there is no such stack, or it isn't Shoal's. */
export async function findDeployment(
  stackName: string,
  client: CloudFormationClient,
): Promise<DeployedStack> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return deploymentOf(stackName, Stacks?.[0]);
  } catch (error) {
    throw isMissing(error) ? new Error(await missing(stackName, client)) : error;
  }
}

/** CloudFormation has no error name of its own for a missing stack. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === "ValidationError" && /does not exist/.test(error.message);
}

async function missing(stackName: string, client: CloudFormationClient): Promise<string> {
  const region = await client.config.region();
  return `There is no stack ${stackName} in ${region}. Deploy it (npm run deploy), or name another with --stack and --region.`;
}

export function deploymentOf(stackName: string, stack: Stack | undefined): DeployedStack {
  const maybe = (name: string): string | undefined =>
    stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  const output = (name: string): string => {
    const value = maybe(name);
    if (value) return value;
    throw new Error(
      `Stack ${stackName} is ${stack?.StackStatus} and has no output ${name}: its deployment hasn't finished, or it isn't Shoal's.`,
    );
  };
  const hasTwoPipelines = stack?.Outputs?.some(({ OutputKey }) => OutputKey === "RtmpBackupServer") ?? false;
  const parameter = (name: string): string =>
    stack?.Parameters?.find(({ ParameterKey }) => ParameterKey === name)?.ParameterValue ?? "";
  return {
    channelId: output("ChannelId"),
    playerUrl: output("PlayerUrl"),
    ingestServer: maybe("SrtServer") ?? output("RtmpServer"),
    backupIngestServer: hasTwoPipelines ? output("RtmpBackupServer") : undefined,
    linkKey: maybe("LinkKey"),
    isPrivate: parameter("Access") === "private",
    ladder: parameter("Ladder"),
    hasTwoPipelines,
    channelTable: maybe("ChannelTable"),
  };
}
