import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCAL_AWS } from "./aws-settings.ts";
import { type CloudWatch, startCloudWatch } from "./cloudwatch.ts";

const NOON = Date.UTC(2026, 10, 20, 12) / 1000;
const INPUT = {
  namespace: "AWS/MediaLive",
  name: "NetworkIn",
  dimensions: { ChannelId: "1", Pipeline: "0" },
};

let cloudWatch: CloudWatch;
let client: CloudWatchClient;

beforeEach(async () => {
  cloudWatch = await startCloudWatch();
  client = new CloudWatchClient({
    ...LOCAL_AWS,
    endpoint: cloudWatch.endpoint,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await cloudWatch.stop();
});

/** What it says of the channel's input between two instants, in seconds from noon. */
async function input(
  from: number,
  to: number,
  { channelId = "1", isChannels = true, period = 60, stat = "Maximum" } = {},
) {
  const { MetricDataResults: [result] = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date((NOON + from) * 1000),
      EndTime: new Date((NOON + to) * 1000),
      MetricDataQueries: [
        {
          Id: "input",
          MetricStat: {
            Metric: {
              Namespace: "AWS/MediaLive",
              MetricName: "NetworkIn",
              ...(isChannels && {
                // Another order than the one in which it was recorded.
                Dimensions: [
                  { Name: "Pipeline", Value: "0" },
                  { Name: "ChannelId", Value: channelId },
                ],
              }),
            },
            Period: period,
            Stat: stat,
          },
        },
      ],
    }),
  );
  return result;
}

const secondsFromNoon = (times: readonly Date[] = []) => times.map((time) => time.getTime() / 1000 - NOON);

test("each minute has the maximum and the minimum of what was recorded in it, the newest minute first", async () => {
  for (const [seconds, value] of [
    [0, 1],
    [30, 4.2],
    [59, 2],
    [60, 3],
  ] as const) {
    cloudWatch.record(INPUT, value, NOON + seconds);
  }
  const result = await input(0, 120);
  expect(result).toMatchObject({ Id: "input", StatusCode: "Complete", Values: [3, 4.2] });
  expect(secondsFromNoon(result?.Timestamps)).toEqual([60, 0]);
  expect((await input(0, 120, { stat: "Minimum" }))?.Values).toEqual([3, 1]);
  expect((await input(0, 120, { stat: "Sum" }))?.Values).toEqual([3, 7.2]);
  expect((await input(0, 120, { stat: "Average" }))?.Values).toEqual([3, 2.4]);
});

test("only the minutes that were asked for are told, those included that the ends lie in", async () => {
  for (const seconds of [0, 60, 120, 180]) cloudWatch.record(INPUT, seconds, NOON + seconds);
  expect(secondsFromNoon((await input(90, 150))?.Timestamps)).toEqual([120, 60]);
});

test("another channel's metric has no values", async () => {
  cloudWatch.record(INPUT, 1, NOON);
  expect(await input(0, 60, { channelId: "2" })).toMatchObject({ StatusCode: "Complete", Values: [] });
});

test("a day's minutes are kept, and no more", async () => {
  for (let minute = 0; minute <= 24 * 60; minute++) cloudWatch.record(INPUT, minute, NOON + minute * 60);
  const values = (await input(0, 25 * 3600))?.Values ?? [];
  expect(values).toHaveLength(24 * 60);
  expect(values.at(-1)).toBe(1);
});

test.each([{ period: 300 }, { stat: "SampleCount" }])(
  "%j is refused, since it isn't kept here",
  async (other) => {
    await expect(input(0, 60, other)).rejects.toThrow("this stand-in knows no other");
  },
);

test("an operation that Shoal doesn't call is named and refused", async () => {
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=local",
    "x-amz-target": "GraniteServiceVersion20100801.PutMetricData",
  };
  const response = await fetch(cloudWatch.endpoint, { method: "POST", headers, body: "{}" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ message: expect.stringContaining("PutMetricData") });
});

test("a request that can't be read is refused, and the next is answered", async () => {
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=local",
    "x-amz-target": "GraniteServiceVersion20100801.GetMetricData",
  };
  for (const body of ["", "{}"]) {
    const response = await fetch(cloudWatch.endpoint, { method: "POST", headers, body });
    expect(response.status).toBe(400);
  }
  expect(await input(0, 60)).toMatchObject({ Values: [] });
});

test("a metric without dimensions is another one than the channel's", async () => {
  cloudWatch.record({ ...INPUT, dimensions: {} }, 7, NOON);
  expect(await input(0, 60)).toMatchObject({ Values: [] });
  expect(await input(0, 60, { isChannels: false })).toMatchObject({ Values: [7] });
});

test("a request without a signature is refused", async () => {
  const response = await fetch(cloudWatch.endpoint, { method: "POST", body: "{}" });
  expect(response.status).toBe(403);
});
