/**
 * The requests that reach MediaLive, and what its answers mean, with the real SDK against a server of canned answers.
 */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { afterEach, beforeEach, expect, test } from "vitest";
import { STACK_TAG } from "./channels.ts";
import { channelState, findChannel, startChannel, stopChannel } from "./channels-medialive.ts";

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly error?: string;
}

let answers: Answer[];
let requests: string[];
let server: Server;
let client: MediaLiveClient;

beforeEach(async () => {
  answers = [];
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const { status, body, error } = answers.shift() ?? { status: 500, body: {} };
    response.writeHead(status, {
      "content-type": "application/json",
      ...(error && { "x-amzn-errortype": error }),
    });
    response.end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  client = new MediaLiveClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});

afterEach(() => {
  client.destroy();
  server.close();
});

const CONFLICT = { status: 409, body: { message: "Channel is not idle" }, error: "ConflictException" };
const NOT_FOUND = { status: 404, body: { message: "No such channel" }, error: "NotFoundException" };
const DENIED = { status: 403, body: { message: "Not authorized" }, error: "ForbiddenException" };

test("the stack's channels are found on every page of the list, without those that are being deleted", async () => {
  const channel = (id: string, state: string, stack: string) => ({ id, state, tags: { [STACK_TAG]: stack } });
  answers = [
    { status: 200, body: { channels: [channel("1", "IDLE", "other")], nextToken: "more" } },
    {
      status: 200,
      body: { channels: [channel("2", "DELETED", "mine"), channel("3", "RUNNING", "mine"), { id: "4" }] },
    },
  ];
  expect(await findChannel(client)("mine")).toEqual(["3"]);
  expect(requests).toHaveLength(2);
});

test("a channel's state is MediaLive's word for it", async () => {
  answers = [{ status: 200, body: { state: "RECOVERING" } }];
  expect(await channelState(client)("7")).toBe("RECOVERING");
  expect(requests).toEqual(["GET /prod/channels/7"]);
});

test("a description without a state is an error, never a guess", async () => {
  answers = [{ status: 200, body: {} }];
  await expect(channelState(client)("7")).rejects.toThrow("described channel 7 without a state");
});

test("a list without channels has none", async () => {
  answers = [{ status: 200, body: {} }];
  expect(await findChannel(client)("mine")).toEqual([]);
});

test("a channel that MediaLive doesn't know is gone", async () => {
  answers = [NOT_FOUND];
  expect(await channelState(client)("7")).toBe("GONE");
});

test.each([
  ["start", startChannel],
  ["stop", stopChannel],
] as const)("a %s that is accepted is ours", async (verb, ask) => {
  answers = [{ status: 200, body: {} }];
  expect(await ask(client)("7")).toBe(true);
  expect(requests).toEqual([`POST /prod/channels/7/${verb}`]);
});

test.each([
  ["start", startChannel],
  ["stop", stopChannel],
] as const)("a %s that comes second, or finds the channel gone, is no error", async (_verb, ask) => {
  answers = [CONFLICT, NOT_FOUND];
  expect(await ask(client)("7")).toBe(false);
  expect(await ask(client)("7")).toBe(false);
});

test.each([
  ["state", channelState],
  ["start", startChannel],
  ["stop", stopChannel],
] as const)("a %s that is denied is an error in MediaLive's words", async (_verb, ask) => {
  answers = [DENIED];
  await expect(ask(client)("7")).rejects.toThrow("Not authorized");
});
