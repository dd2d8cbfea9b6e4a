import {
  ConflictException,
  DescribeChannelCommand,
  ListChannelsCommand,
  MediaLiveClient,
  NotFoundException,
  StartChannelCommand,
  StopChannelCommand,
} from "@aws-sdk/client-medialive";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCAL_AWS } from "../aws-settings.ts";
import type { ChannelState } from "./channel.ts";
import { type ControlApi, startControlApi } from "./control-api.ts";

const ID = { ChannelId: "1000001" };

let api: ControlApi;
let client: MediaLiveClient;
/** A channel that stays in the state that a request brought it to. */
let channel: { state: ChannelState; start(): Promise<void>; stop(): Promise<void> };

beforeEach(async () => {
  api = await startControlApi();
  channel = {
    state: "IDLE",
    start: async () => {
      channel.state = "STARTING";
    },
    stop: async () => {
      channel.state = "STOPPING";
    },
  };
  api.add({ id: ID.ChannelId, name: "shoal", tags: { "shoal:stack": "a-stack" }, channel });
  client = new MediaLiveClient({
    ...LOCAL_AWS,
    endpoint: api.endpoint,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await api.stop();
});

test("a channel is listed and described with its state and its tags", async () => {
  const known = { Id: "1000001", Name: "shoal", State: "IDLE", Tags: { "shoal:stack": "a-stack" } };
  expect((await client.send(new ListChannelsCommand({}))).Channels).toMatchObject([known]);
  expect(await client.send(new DescribeChannelCommand(ID))).toMatchObject(known);
});

test("a standard channel that runs has two pipelines running", async () => {
  const standard = { id: "1000002", name: "shoal-two", tags: {}, channelClass: "STANDARD", channel };
  api.add(standard);
  channel.state = "RUNNING";
  const described = await client.send(new DescribeChannelCommand({ ChannelId: standard.id }));
  expect(described).toMatchObject({ ChannelClass: "STANDARD", PipelinesRunningCount: 2 });
});

test("a start and a stop are answered at once, with the state that they lead through", async () => {
  expect(await client.send(new StartChannelCommand(ID))).toMatchObject({ State: "STARTING" });
  channel.state = "RUNNING";
  expect(await client.send(new DescribeChannelCommand(ID))).toMatchObject({ PipelinesRunningCount: 1 });
  expect(await client.send(new StopChannelCommand(ID))).toMatchObject({ State: "STOPPING" });
});

test.each<[ChannelState, "start" | "stop"]>([
  ["STARTING", "start"],
  ["RUNNING", "start"],
  ["STOPPING", "start"],
  ["IDLE", "stop"],
  ["STARTING", "stop"],
  ["STOPPING", "stop"],
])("a channel that is %s conflicts with a %s, and stays as it is", async (state, verb) => {
  channel.state = state;
  const asked =
    verb === "start" ? client.send(new StartChannelCommand(ID)) : client.send(new StopChannelCommand(ID));
  await expect(asked).rejects.toThrow(ConflictException);
  await expect(asked).rejects.toThrow(`Cannot ${verb} channel 1000001: it is ${state}`);
  expect(channel.state).toBe(state);
});

test("a channel that isn't there is not found, whatever is asked of it", async () => {
  const unknown = { ChannelId: "7654321" };
  const requests = [
    client.send(new DescribeChannelCommand(unknown)),
    client.send(new StartChannelCommand(unknown)),
    client.send(new StopChannelCommand(unknown)),
  ];
  for (const request of requests) await expect(request).rejects.toThrow(NotFoundException);
});

test.each([
  ["POST", "/prod/channels/1000001"],
  ["GET", "/prod/channels/1000001/start"],
  ["GET", "/prod/inputs"],
])("%s %s is not part of the API here", async (method, path) => {
  const headers = { authorization: "AWS4-HMAC-SHA256 Credential=local" };
  const response = await fetch(`${api.endpoint}${path}`, { method, headers });
  expect(response.status).toBe(404);
  expect(response.headers.get("x-amzn-errortype")).toBe("NotFoundException");
});

test("a request without a signature is refused, so a page in a browser can't take the channel off the air", async () => {
  channel.state = "RUNNING";
  const url = `${api.endpoint}/prod/channels/1000001/stop`;
  expect((await fetch(url, { method: "POST" })).status).toBe(403);
  expect((await fetch(url, { method: "OPTIONS" })).status).toBe(403);
  expect(channel.state).toBe("RUNNING");
});
