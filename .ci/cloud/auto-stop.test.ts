/** Auto-stop as it is built, with the event that the schedule sends, against moto's MediaLive, CloudWatch and SNS. */

import assert from "node:assert/strict";
import { afterEach, before, beforeEach, test } from "node:test";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateChannelCommand,
  DeleteChannelCommand,
  DescribeChannelCommand,
  MediaLiveClient,
  StartChannelCommand,
} from "@aws-sdk/client-medialive";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import scheduled from "../../events/channel/auto-stop.json" with { type: "json" };
import { readTables } from "../../local/template/tables.ts";
import { readTemplate } from "../../local/template.ts";

const BUNDLE = new URL("../../.aws-sam/build/ChannelAutoStopFunction/auto-stop-handler.mjs", import.meta.url);

const mediaLive = new MediaLiveClient({});
const cloudWatch = new CloudWatchClient({});
let channelId: string;

before(async () => {
  const table = readTables(await readTemplate()).find(({ id }) => id === "ChannelTable");
  if (!table) throw new Error("The template has no ChannelTable.");
  await new DynamoDBClient({}).send(new CreateTableCommand({ ...table.create, TableName: "ChannelTable" }));
});

beforeEach(async () => {
  const { Channel } = await mediaLive.send(new CreateChannelCommand({ Name: "auto-stop" }));
  channelId = Channel?.Id ?? "";
  await mediaLive.send(new StartChannelCommand({ ChannelId: channelId }));
  assert.equal(await state(), "RUNNING");
});

afterEach(async () => {
  await mediaLive.send(new DeleteChannelCommand({ ChannelId: channelId }));
});

test("a channel that has run for 20 minutes without input is stopped", async () => {
  await report("ActiveAlerts", 0, 20);
  await report("NetworkIn", 0, 20);
  await runAutoStop();
  assert.equal(await state(), "IDLE");
});

test("a channel with a publisher runs on", async () => {
  await report("ActiveAlerts", 0, 20);
  await report("NetworkIn", 4.2, 20);
  await runAutoStop();
  assert.equal(await state(), "RUNNING");
});

test("a channel that was started 5 minutes ago runs on", async () => {
  await report("ActiveAlerts", 0, 5);
  await runAutoStop();
  assert.equal(await state(), "RUNNING");
});

test("a channel that reports nothing runs on", async () => {
  await runAutoStop();
  assert.equal(await state(), "RUNNING");
});

/** moto passes on to the next state at each look. */
async function state(): Promise<string | undefined> {
  const { State } = await mediaLive.send(new DescribeChannelCommand({ ChannelId: channelId }));
  return State;
}

async function report(metric: string, value: number, minutes: number): Promise<void> {
  const now = Date.now();
  await cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: "AWS/MediaLive",
      MetricData: Array.from({ length: minutes }, (_, back) => ({
        MetricName: metric,
        Dimensions: [
          { Name: "ChannelId", Value: channelId },
          { Name: "Pipeline", Value: "0" },
        ],
        Timestamp: new Date(now - (back + 1) * 60_000),
        Value: value,
      })),
    }),
  );
}

async function runAutoStop(): Promise<void> {
  const { TopicArn = "" } = await new SNSClient({}).send(new CreateTopicCommand({ Name: "notices" }));
  Object.assign(process.env, {
    CHANNEL_ID: channelId,
    CHANNEL_TABLE: "ChannelTable",
    AUTO_STOP_MINUTES: "15",
    NOTICES_TOPIC: TopicArn,
    AWS_ENDPOINT_URL_DYNAMODB: process.env["AWS_ENDPOINT_URL"],
  });
  // A bundle of its own for each channel, since the environment is read when it loads.
  const { handler } = await import(`${BUNDLE.href}?channel=${channelId}`);
  await handler(scheduled);
}
