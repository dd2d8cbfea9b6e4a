import { CloudWatchClient, type GetMetricDataCommandInput } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { cloudWatchMetrics } from "./metrics-cloudwatch.ts";

const NOON = Date.UTC(2026, 10, 20, 12) / 60_000;
const minutes = (...offsets: number[]) => offsets.map((offset) => new Date((NOON + offset) * 60_000));

/** A client that answers with these results, each complete unless it says otherwise, and keeps what it was asked. */
function answering({ MetricDataResults, ...output }: { MetricDataResults?: object[]; Messages?: object[] }): {
  client: CloudWatchClient;
  asked: GetMetricDataCommandInput[];
} {
  const client = new CloudWatchClient({ region: "us-east-1" });
  const asked: GetMetricDataCommandInput[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      asked.push(args.input as GetMetricDataCommandInput);
      const results = MetricDataResults?.map((result) => ({ StatusCode: "Complete", ...result }));
      return { output: { $metadata: {}, ...output, MetricDataResults: results }, response: {} };
    },
    { step: "initialize" },
  );
  return { client, asked };
}

test("a minute with a report ran; its input is that of the pipeline that got most", async () => {
  const { client } = answering({
    MetricDataResults: [
      { Id: "running0", Timestamps: minutes(0, 1), Values: [0, 2] },
      { Id: "input0", Timestamps: minutes(0, 1), Values: [0, 4.2] },
      { Id: "running1", Timestamps: minutes(1), Values: [0] },
      { Id: "input1", Timestamps: minutes(1), Values: [3.9] },
    ],
  });
  expect(await cloudWatchMetrics(client).lastMinutes("1234567", 25)).toEqual([
    { minute: NOON, wasRunning: true, megabitsPerSecondIn: 0 },
    { minute: NOON + 1, wasRunning: true, megabitsPerSecondIn: 4.2 },
  ]);
});

test("input without a report counts as input, not as running", async () => {
  const { client } = answering({
    MetricDataResults: [{ Id: "input0", Timestamps: minutes(0), Values: [4.2] }],
  });
  expect(await cloudWatchMetrics(client).lastMinutes("1234567", 25)).toEqual([
    { minute: NOON, wasRunning: false, megabitsPerSecondIn: 4.2 },
  ]);
});

test("both metrics of both pipelines are asked for, minute by minute, as far back as wanted", async () => {
  const { client, asked } = answering({ MetricDataResults: [] });
  await cloudWatchMetrics(client).lastMinutes("1234567", 25);
  const [request] = asked;
  const metrics = request?.MetricDataQueries?.map(({ MetricStat }) => MetricStat?.Metric?.MetricName);
  expect(metrics?.toSorted()).toEqual(["ActiveAlerts", "ActiveAlerts", "NetworkIn", "NetworkIn"]);
  expect(request?.MetricDataQueries?.every(({ MetricStat }) => MetricStat?.Period === 60)).toBe(true);
  expect(Number(request?.EndTime) - Number(request?.StartTime)).toBe(25 * 60_000);
});

test("half an answer is none", async () => {
  const { client } = answering({ MetricDataResults: [], Messages: [{ Value: "Exceeded the limit" }] });
  await expect(cloudWatchMetrics(client).lastMinutes("1234567", 25)).rejects.toThrow("Exceeded the limit");
});

test.each(["PartialData", "InternalError", "Forbidden"])(
  "input that CloudWatch has only in part (%s) is no silence",
  async (StatusCode) => {
    const { client } = answering({
      MetricDataResults: [
        { Id: "running0", Timestamps: minutes(0, 1), Values: [0, 0] },
        { Id: "input0", StatusCode, Messages: [{ Value: "some of it" }] },
      ],
    });
    await expect(cloudWatchMetrics(client).lastMinutes("1234567", 25)).rejects.toThrow("some of it");
  },
);

test("no answer at all is an error", async () => {
  await expect(cloudWatchMetrics(answering({}).client).lastMinutes("1234567", 25)).rejects.toThrow(
    "CloudWatch couldn't tell",
  );
});

test("a minute without a value counts as one in which nothing came in", async () => {
  const { client } = answering({
    MetricDataResults: [{ Id: "input0", Timestamps: minutes(0) }, { Id: "input1" }],
  });
  expect(await cloudWatchMetrics(client).lastMinutes("1234567", 25)).toEqual([
    { minute: NOON, wasRunning: false, megabitsPerSecondIn: 0 },
  ]);
});

test("results that are complete don't hide a complaint, and incomplete ones need none to be refused", async () => {
  const { client } = answering({ MetricDataResults: [{ Id: "input0", StatusCode: "PartialData" }] });
  await expect(cloudWatchMetrics(client).lastMinutes("1234567", 25)).rejects.toThrow(
    "CloudWatch couldn't tell",
  );
});
