/**
 * The two handlers with the environment that the template gives them, against MediaLive and CloudWatch on this machine.
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Context } from "aws-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type CloudWatch, startCloudWatch } from "../../local/cloudwatch.ts";
import { type ControlApi, startControlApi } from "../../local/medialive/control-api.ts";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";

const CHANNEL_ID = "1234567";
const STACK_ID = eventOf("before-delete-delete").StackId;

let mediaLive: ControlApi;
let cloudWatch: CloudWatch;
let tables: LocalTables;
let channel: { state: "RUNNING" | "IDLE"; start(): Promise<void>; stop(): Promise<void> };

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  [mediaLive, cloudWatch] = await Promise.all([startControlApi(), startCloudWatch()]);
  channel = {
    state: "RUNNING",
    start: async () => {
      channel.state = "RUNNING";
    },
    stop: async () => {
      channel.state = "IDLE";
    },
  };
  mediaLive.add({ id: CHANNEL_ID, name: "shoal", tags: { "shoal:stack": STACK_ID }, channel });
  const variables = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_MEDIALIVE: mediaLive.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    CHANNEL_TABLE: "ChannelTable",
    CHANNEL_ID,
    AUTO_STOP_MINUTES: "15",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.spyOn(console, "log").mockImplementation(() => {});
  // A handler reads its environment when it is loaded.
  vi.resetModules();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await Promise.all([mediaLive.stop(), cloudWatch.stop()]);
});

function eventOf(name: string) {
  return JSON.parse(readFileSync(new URL(`../../events/channel/${name}.json`, import.meta.url), "utf8"));
}

/** What CloudWatch knows of a channel that has run for so long without a publisher. */
function reportSilence(minutes: number): void {
  const dimensions = { ChannelId: CHANNEL_ID, Pipeline: "0" };
  for (let minute = 1; minute <= minutes; minute++) {
    for (const name of ["ActiveAlerts", "NetworkIn"]) {
      const metric = { namespace: "AWS/MediaLive", name, dimensions };
      cloudWatch.record(metric, 0, Date.now() / 1000 - minute * 60);
    }
  }
}

/** Where the stack's function delivers its answers. */
async function answerBox() {
  const answers: unknown[] = [];
  const server = createServer(async (request, response) => {
    answers.push(await json(request));
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { answers, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function askStackFunction(name: string): Promise<unknown> {
  const { handler } = await import("./stack-handler.ts");
  const { answers, url } = await answerBox();
  const context = { getRemainingTimeInMillis: () => 900_000 } as Context; // all that it reads
  await handler({ ...eventOf(name), ResponseURL: url }, context);
  expect(answers).toHaveLength(1);
  return answers[0];
}

test.each([
  [20, "IDLE"],
  [10, "RUNNING"],
])(
  "a channel that has run for %i minutes without a publisher is %s after auto-stop",
  async (minutes, state) => {
    reportSilence(minutes);
    const { handler } = await import("./auto-stop-handler.ts");
    await handler(eventOf("auto-stop"));
    expect(channel.state).toBe(state);
  },
);

test("auto-stop judges alike when people are to be told", async () => {
  vi.stubEnv("NOTICES_TOPIC", "arn:aws:sns:us-east-1:123456789012:notices");
  reportSilence(10);
  const { handler } = await import("./auto-stop-handler.ts");
  await handler(eventOf("auto-stop"));
  expect(channel.state).toBe("RUNNING");
});

test("the stack's function makes secrets", async () => {
  const Root = expect.stringMatching(/^[0-9a-f]{32}$/);
  expect(await askStackFunction("secrets-create")).toMatchObject({ Status: "SUCCESS", Data: { Root } });
});

test("the stack's function finds the stack's channel and stops it", async () => {
  expect(await askStackFunction("before-delete-delete")).toMatchObject({ Status: "SUCCESS" });
  expect(channel.state).toBe("IDLE");
}, 20_000);
