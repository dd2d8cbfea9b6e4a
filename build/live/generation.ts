/** The generation of tickets: a parameter of the stack, so that a revocation is an update of the stack without a build. */

import {
  type CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import type { Clock } from "../../functions/channel/reach.ts";

const PARAMETER = "TicketGeneration";

/** The stack's template has macros (SAM's) and makes roles. */
const CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"] as const;

const POLL_MILLISECONDS = 2_000;
const LONGEST_WAIT_MILLISECONDS = 10 * 60_000;

export async function generationOf(stackName: string, client: CloudFormationClient): Promise<number> {
  return numberIn(await describe(stackName, client));
}

/**
 * Raises it by one: only the edge function's code changes by it. Resolves to the new one when the update is done; rejects
 * with a sentence when it fails, or another update is under way.
 */
export async function raiseGeneration(
  stackName: string,
  client: CloudFormationClient,
  clock: Clock,
): Promise<number> {
  const before = await describe(stackName, client);
  const next = numberIn(before) + 1;
  const Parameters = (before.Parameters ?? []).map(({ ParameterKey }) =>
    ParameterKey === PARAMETER
      ? { ParameterKey, ParameterValue: String(next) }
      : { ParameterKey, UsePreviousValue: true },
  );
  await client.send(
    new UpdateStackCommand({
      StackName: stackName,
      UsePreviousTemplate: true,
      Parameters,
      Capabilities: [...CAPABILITIES],
    }),
  );
  const deadline = clock.now() + LONGEST_WAIT_MILLISECONDS;
  for (;;) {
    const stack = await describe(stackName, client);
    // Once that is said, everything new is in place, and only what was replaced is being removed.
    if (/^UPDATE_COMPLETE/.test(stack.StackStatus ?? "")) return next;
    const isUnderWay = stack.StackStatus === "UPDATE_IN_PROGRESS" && clock.now() < deadline;
    if (!isUnderWay) throw new Error(`Nothing was revoked: stack ${stackName} is ${stack.StackStatus}.`);
    await clock.sleep(POLL_MILLISECONDS);
  }
}

async function describe(stackName: string, client: CloudFormationClient): Promise<Stack> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const [stack] = Stacks ?? [];
  if (stack) return stack;
  throw new Error(`There is no stack ${stackName}.`);
}

function numberIn({ StackName, Parameters }: Stack): number {
  const value = Parameters?.find(({ ParameterKey }) => ParameterKey === PARAMETER)?.ParameterValue;
  if (value !== undefined) return Number(value);
  throw new Error(`Stack ${StackName} has no parameter ${PARAMETER}: deploy this version first.`);
}
