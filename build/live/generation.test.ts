import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { type CloudFormation, startCloudFormation } from "../../local/cloudformation.ts";
import { TestClock } from "../../test/doubles/clock.ts";
import { generationOf, raiseGeneration } from "./generation.ts";

let local: CloudFormation;
let client: CloudFormationClient;
let generation: number;
beforeEach(async () => {
  generation = 4;
  local = await startCloudFormation({
    get generation() {
      return generation;
    },
    revoke: async (next) => {
      generation = next;
    },
  });
  client = new CloudFormationClient({ ...LOCAL_AWS, endpoint: local.endpoint });
});
afterEach(() => local.stop());

test("a revocation raises the stack's generation by one", async () => {
  expect(await generationOf("shoal", client)).toBe(4);
  expect(await raiseGeneration("shoal", client, new TestClock())).toBe(5);
  expect(generation).toBe(5);
  expect(await generationOf("shoal", client)).toBe(5);
});

test("nobody else on this machine's network can: a request has to be signed", async () => {
  const body =
    "Action=UpdateStack&Parameters.member.1.ParameterKey=TicketGeneration&Parameters.member.1.ParameterValue=9";
  expect((await fetch(local.endpoint, { method: "POST", body })).status).toBe(403);
  expect(generation).toBe(4);
});

/** A client that answers DescribeStacks with these, one after the other, and any update with nothing. */
function answering(...stacks: object[]): { client: CloudFormationClient; updates: { input: object }[] } {
  const updates: { input: object }[] = [];
  const send = async (command: { input: object }) => {
    if ("UsePreviousTemplate" in command.input) return void updates.push(command);
    const [next] = stacks.length > 1 ? stacks.splice(0, 1) : stacks;
    return { Stacks: next ? [next] : [] };
  };
  return { client: { send } as unknown as CloudFormationClient, updates };
}

const Parameters = [
  { ParameterKey: "Ladder", ParameterValue: "720p" },
  { ParameterKey: "TicketGeneration", ParameterValue: "1" },
  { ParameterKey: "StreamKey", ParameterValue: "****" },
];
const stack = (StackStatus: string) => ({ StackName: "shoal", StackStatus, Parameters });

test("every other parameter stays as it is, secrets too, and the template", async () => {
  const { client, updates } = answering(
    stack("CREATE_COMPLETE"),
    stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
  );
  await raiseGeneration("shoal", client, new TestClock());
  expect(updates[0]?.input).toEqual({
    StackName: "shoal",
    UsePreviousTemplate: true,
    Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    Parameters: [
      { ParameterKey: "Ladder", UsePreviousValue: true },
      { ParameterKey: "TicketGeneration", ParameterValue: "2" },
      { ParameterKey: "StreamKey", UsePreviousValue: true },
    ],
  });
});

test("it is waited for until the update is done", async () => {
  const clock = new TestClock();
  const under = stack("UPDATE_IN_PROGRESS");
  const { client } = answering(stack("CREATE_COMPLETE"), under, under, stack("UPDATE_COMPLETE"));
  expect(await clock.until(raiseGeneration("shoal", client, clock))).toBe(2);
  const failing = answering(stack("CREATE_COMPLETE"), under, stack("UPDATE_ROLLBACK_IN_PROGRESS"));
  await expect(clock.until(raiseGeneration("shoal", failing.client, clock))).rejects.toThrow(
    "Nothing was revoked: stack shoal is UPDATE_ROLLBACK_IN_PROGRESS",
  );
  const endless = answering(under);
  await expect(clock.until(raiseGeneration("shoal", endless.client, clock))).rejects.toThrow(
    "Nothing was revoked",
  );
});

test("a stack that isn't there, or of before there were tickets, is named", async () => {
  await expect(generationOf("shoal", answering().client)).rejects.toThrow("no stack shoal");
  const old = answering({ StackName: "shoal", StackStatus: "CREATE_COMPLETE" });
  await expect(generationOf("shoal", old.client)).rejects.toThrow("deploy this version first");
});
