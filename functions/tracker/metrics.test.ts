/** Tests when the tracker's counts are printed, and in which format. */
import { expect, test } from "vitest";
import { Metrics } from "./metrics.ts";

const now = 1_800_000_000;

/** What a line tells of one metric; undefined if there is no line. */
const told = (line: string | null, name: string): unknown =>
  line === null ? undefined : (JSON.parse(line) as Record<string, unknown>)[name];

test("the first message of an instance is reported at once: there may never be a second", () => {
  const metrics = new Metrics("tracker");
  metrics.count("Announces");
  metrics.count("OffersRelayed", 5);
  metrics.time(12.5, () => 0);
  expect(JSON.parse(metrics.line(now) ?? "")).toEqual({
    _aws: {
      Timestamp: now * 1000,
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
});

test("a busy instance has a line every five seconds, in which nothing is missing", () => {
  const metrics = new Metrics("tracker");
  const lines: number[] = [];
  for (let message = 0; message <= 600; message++) {
    metrics.count("Announces");
    const announces = told(metrics.line(now + message / 30), "Announces");
    if (announces !== undefined) lines.push(Number(announces));
  }
  expect(lines).toEqual([1, 150, 150, 150, 150]);
});

test("a quiet instance reports each message, and has nothing to lose when it is ended", () => {
  const metrics = new Metrics("tracker");
  for (let message = 0; message < 5; message++) {
    metrics.count("Announces");
    expect(told(metrics.line(now + message * 5), "Announces")).toBe(1);
  }
});

test("a failure is reported by the invocation that counts it, with what was kept back", () => {
  const metrics = new Metrics("tracker");
  metrics.count("Announces");
  metrics.line(now);
  metrics.count("Announces");
  expect(metrics.line(now + 1)).toBeNull();
  metrics.count("Failures");
  const line = metrics.line(now + 2);
  expect([told(line, "Failures"), told(line, "Announces")]).toEqual([1, 1]);
  metrics.count("Announces");
  expect(metrics.line(now + 3)).toBeNull();
});

test("an invocation that counts nothing has no line", () => {
  const metrics = new Metrics("tracker");
  metrics.count("Failures", 0);
  expect(metrics.line(now)).toBeNull();
});

test("a hundred of many latencies are reported, each with the same chance", () => {
  const metrics = new Metrics("tracker");
  let turn = 0;
  const random = () => (turn++ % 97) / 97;
  for (let number = 0; number < 1000; number++) metrics.time(number, random);
  const { Latency } = JSON.parse(metrics.line(now + 60) ?? "") as { Latency: number[] };
  expect(Latency).toHaveLength(100);
  expect(Latency.some((value) => value >= 100)).toBe(true);
});
