/**
 * The channel's life with the real SDK against moto's MediaLive: what the template creates, the stack's function
 * stops.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { after, before, beforeEach, describe, test } from "node:test";
import {
  CreateChannelCommand,
  type CreateChannelCommandInput,
  DeleteChannelCommand,
  DescribeChannelCommand,
  MediaLiveClient,
  StartChannelCommand,
} from "@aws-sdk/client-medialive";
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from "aws-lambda";
import {
  channelState,
  findChannel,
  startChannel,
  stopChannel,
} from "../../functions/channel/channels-medialive.ts";
import { serveStack } from "../../functions/channel/stack/requests.ts";
import { respond } from "../../functions/channel/stack/respond.ts";
import { readTemplate } from "../../local/template.ts";
import { CHANNELS_CONTRACT } from "../../test/contracts/channels.ts";

const LAMBDA_LIMIT_MILLISECONDS = 900_000;
/** A thousand times as fast as the world. */
const quickClock = {
  now: () => performance.now() * 1_000,
  sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds / 1_000)),
};

const client = new MediaLiveClient({});
const template = await readTemplate();
const definition = template.resource("LiveChannel").properties.raw as CreateChannelCommandInput;
const stackId = definition.Tags?.["shoal:stack"] ?? "";

let channelId: string;
let answers: CloudFormationCustomResourceResponse[];
let answerBox: Server;

before(async () => {
  answerBox = createServer(async (request, response) => {
    answers.push((await json(request)) as CloudFormationCustomResourceResponse);
    response.end();
  }).listen(0, "127.0.0.1");
  await once(answerBox, "listening");
});

after(() => {
  answerBox.close();
});

beforeEach(async () => {
  answers = [];
  const { Channel } = await client.send(new CreateChannelCommand(definition));
  channelId = Channel?.Id ?? "";
  await client.send(new DescribeChannelCommand({ ChannelId: channelId }));
});

for (const [requestType, logicalId, Before] of [
  ["Update", "StopBeforeChange", "change"],
  ["Delete", "StopBeforeDelete", "delete"],
] as const) {
  describe(`${requestType} of ${logicalId}`, () => {
    test("stops the running channel, then answers that it went well", async () => {
      await goOnTheAir();
      await ask(requestType, logicalId, { Before });
      assert.deepEqual(
        answers.map(({ Status }) => Status),
        ["SUCCESS"],
      );
      assert.equal(await channelState(client)(channelId), "IDLE");
      await remove();
    });

    test("answers at once when the channel is idle", async () => {
      await ask(requestType, logicalId, { Before });
      assert.deepEqual(
        answers.map(({ Status }) => Status),
        ["SUCCESS"],
      );
      await remove();
    });

    for (const operation of ["ListChannels", "DescribeChannel", "StopChannel"]) {
      test(`answers that it failed, and why, when ${operation} is denied`, async () => {
        await goOnTheAir();
        await ask(requestType, logicalId, { Before }, denying(operation));
        assert.equal(answers.length, 1);
        assert.equal(answers[0]?.Status, "FAILED");
        assert.match(
          answers[0]?.Reason ?? "",
          new RegExp(`not authorized to perform: medialive:${operation}`),
        );
        await remove();
      });
    }
  });
}

describe("MediaLive keeps the contract of channels", () => {
  const channels = {
    find: findChannel(client),
    state: channelState(client),
    start: startChannel(client),
    stop: stopChannel(client),
  };
  for (const { name, check } of CHANNELS_CONTRACT) {
    test(name, async () => {
      // moto's channels pass on to their next state when they are looked at, before they answer.
      await check({ channels, channelId, stackId, settle: async () => {} });
      await remove();
    });
  }
});

async function goOnTheAir(): Promise<void> {
  await client.send(new StartChannelCommand({ ChannelId: channelId }));
  assert.equal(await channelState(client)(channelId), "RUNNING");
}

async function remove(): Promise<void> {
  await client.send(new DeleteChannelCommand({ ChannelId: channelId }));
}

async function ask(
  RequestType: "Update" | "Delete",
  LogicalResourceId: string,
  ResourceProperties: Record<string, string>,
  through: MediaLiveClient = client,
): Promise<void> {
  const event = {
    RequestType,
    RequestId: "5b0e2e0a-52ff-4a63-8f57-3c1f8b2f2c9d",
    StackId: stackId,
    LogicalResourceId,
    PhysicalResourceId: `${LogicalResourceId}-1`,
    ResourceType: "Custom::ChannelStop",
    ResponseURL: `http://127.0.0.1:${(answerBox.address() as AddressInfo).port}/answer`,
    ServiceToken: "arn:aws:lambda:us-east-1:123456789012:function:stack",
    ResourceProperties: {
      ServiceToken: "arn:aws:lambda:us-east-1:123456789012:function:stack",
      ...ResourceProperties,
    },
  } as CloudFormationCustomResourceEvent; // of an update, the old properties, which nobody reads, are missing
  const channels = { find: findChannel(through), state: channelState(through), stop: stopChannel(through) };
  const services = { channels, clock: quickClock, randomBytes, respond, log: () => {} };
  await serveStack(event, LAMBDA_LIMIT_MILLISECONDS, services);
}

/** A client that IAM lets do everything but this. */
function denying(operation: string): MediaLiveClient {
  const denied = new MediaLiveClient({});
  denied.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== `${operation}Command`) return next(args);
      const message = `User: shoal is not authorized to perform: medialive:${operation}`;
      throw Object.assign(new Error(message), { name: "AccessDeniedException" });
    },
    { step: "initialize" },
  );
  return denied;
}
