import { expect, test } from "vitest";
import { Metrics } from "./metrics.ts";

const now = 1_800_000_000;

test("there is no line within the first minute", () => {
  const metrics = new Metrics("tracker", now);
  metrics.count("Announces");
  expect(metrics.line(now + 59)).toBeNull();
});

test("there is one after a minute, in CloudWatch's embedded metric format, and then none for another minute", () => {
  const metrics = new Metrics("tracker", now);
  metrics.count("Announces");
  metrics.count("OffersRelayed", 5);
  metrics.time(12.5, () => 0);
  expect(JSON.parse(metrics.line(now + 60) ?? "")).toEqual({
    _aws: {
      Timestamp: (now + 60) * 1000,
      CloudWatchMetrics: [
        {
          Namespace: "Shoal/Tracker",
          Dimensions: [["FunctionName"]],
          Metrics: [
            { Name: "Announces", Unit: "Count" },
            { Name: "OffersRelayed", Unit: "Count" },
            { Name: "Latency", Unit: "Milliseconds" },
          ],
        },
      ],
    },
    FunctionName: "tracker",
    Announces: 1,
    OffersRelayed: 5,
    Latency: [12.5],
  });
  metrics.count("Announces");
  expect(metrics.line(now + 119)).toBeNull();
  expect(JSON.parse(metrics.line(now + 120) ?? "")).toMatchObject({ Announces: 1 });
});

test("a minute in which nothing happened has no line", () => {
  const metrics = new Metrics("tracker", now);
  metrics.count("Announces", 0);
  expect(metrics.line(now + 60)).toBeNull();
});

test("a hundred of many latencies are reported, each with the same chance", () => {
  const metrics = new Metrics("tracker", now);
  let turn = 0;
  const random = () => (turn++ % 97) / 97;
  for (let number = 0; number < 1000; number++) metrics.time(number, random);
  const { Latency } = JSON.parse(metrics.line(now + 60) ?? "") as { Latency: number[] };
  expect(Latency).toHaveLength(100);
  expect(Latency.some((value) => value >= 100)).toBe(true);
});
