import {
  BadRequestException,
  ConflictException,
  DescribeChannelCommand,
  DescribeInputCommand,
  DescribeThumbnailsCommand,
  ListAlertsCommand,
  ListChannelsCommand,
  MediaLiveClient,
  NotFoundException,
  StartChannelCommand,
  StopChannelCommand,
  UpdateInputCommand,
} from "@aws-sdk/client-medialive";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

test("each pipeline that runs without a picture has an alert, and none while there is one", async () => {
  const alerts = async (ChannelId: string) =>
    (await client.send(new ListAlertsCommand({ ChannelId }))).Alerts;
  const silent = {
    ...channel,
    state: "RUNNING",
    alerts: [{ type: "RTMP Has No Audio/Video", message: "" }],
  } as const;
  api.add({ id: "1000002", name: "shoal-two", tags: {}, channelClass: "STANDARD", channel: silent });
  api.add({ id: "1000003", name: "shoal-idle", tags: {}, channel: { ...silent, state: "IDLE" } });
  expect((await alerts("1000002"))?.map(({ PipelineId, State }) => [PipelineId, State])).toEqual([
    ["0", "SET"],
    ["1", "SET"],
  ]);
  channel.state = "RUNNING";
  for (const id of ["1000003", ID.ChannelId]) expect(await alerts(id)).toEqual([]);
});

test("a pipeline that runs with a picture has a thumbnail", async () => {
  const thumbnails = async (ChannelId: string) => {
    const request = { ChannelId, PipelineId: "1", ThumbnailType: "CURRENT_ACTIVE" };
    const { ThumbnailDetails } = await client.send(new DescribeThumbnailsCommand(request));
    return ThumbnailDetails?.map(({ PipelineId, Thumbnails }) => [
      PipelineId,
      Thumbnails?.map(({ Body }) => Body),
    ]);
  };
  const picture = async (pipeline: number) => Buffer.from([pipeline, 2, 3]);
  const running = { ...channel, state: "RUNNING", thumbnail: picture } as const;
  api.add({ id: "1000004", name: "shoal", tags: {}, channel: running });
  api.add({ id: "1000005", name: "shoal", tags: {}, channel: { ...running, thumbnail: async () => null } });
  api.add({ id: "1000006", name: "shoal", tags: {}, channel: { ...running, state: "IDLE" } });
  expect(await thumbnails("1000004")).toEqual([["1", ["AQID"]]]);
  for (const id of ["1000005", "1000006"]) expect(await thumbnails(id)).toEqual([["1", []]]);
  const response = await fetch(`${api.endpoint}/prod/channels/1000004/thumbnails`, {
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=local" },
  });
  expect(await response.json()).toMatchObject({ thumbnailDetails: [{ pipelineId: "0" }] });
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

describe("an input", () => {
  const INPUT = { InputId: "2000001" };
  let names: readonly string[];

  beforeEach(() => {
    names = ["live/one"];
    const input = {
      id: INPUT.InputId,
      get addresses() {
        return names.map((name) => `rtmp://localhost:1935/${name}`);
      },
      rename: (others: readonly string[]) => {
        names = others;
      },
    };
    api.add({ id: "1000002", name: "shoal", tags: {}, channel, input });
  });

  const another = (...streamNames: string[]) =>
    client.send(
      new UpdateInputCommand({ ...INPUT, Destinations: streamNames.map((StreamName) => ({ StreamName })) }),
    );

  test("is described with its addresses, and its channel with it", async () => {
    expect(await client.send(new DescribeInputCommand(INPUT))).toMatchObject({
      Id: "2000001",
      AttachedChannels: ["1000002"],
      Destinations: [{ Url: "rtmp://localhost:1935/live/one" }],
    });
    const { InputAttachments } = await client.send(new DescribeChannelCommand({ ChannelId: "1000002" }));
    expect(InputAttachments).toEqual([{ InputAttachmentName: "rtmp", InputId: "2000001" }]);
  });

  test("gets another key while its channel is idle, and only then", async () => {
    const { Input } = await another("live/two");
    expect(Input?.Destinations).toEqual([{ Url: "rtmp://localhost:1935/live/two" }]);
    for (const state of ["STARTING", "RUNNING", "STOPPING"] as const) {
      channel.state = state;
      await expect(another("live/three")).rejects.toThrow(ConflictException);
    }
    expect(names).toEqual(["live/two"]);
  });

  test("keeps its number of destinations, and is found by its id", async () => {
    await expect(another("live/two", "live/two")).rejects.toThrow(BadRequestException);
    const elsewhere = { InputId: "3000003" };
    await expect(client.send(new DescribeInputCommand(elsewhere))).rejects.toThrow(NotFoundException);
    const headers = { authorization: "AWS4-HMAC-SHA256 Credential=local" };
    const broken = { method: "PUT", headers, body: "{" };
    expect((await fetch(`${api.endpoint}/prod/inputs/2000001`, broken)).status).toBe(400);
  });
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
