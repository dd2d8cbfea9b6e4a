import { expect, test } from "vitest";
import { Figures } from "./figures.ts";

const now = 1_800_000_000;

test("within a minute there is no line", () => {
  const figures = new Figures("tracker", now);
  figures.count("Announces");
  expect(figures.line(now + 59)).toBeNull();
});

test("after a minute there is one, in CloudWatch's embedded format, and then none for another minute", () => {
  const figures = new Figures("tracker", now);
  figures.count("Announces");
  figures.count("OffersRelayed", 5);
  figures.time(12.5, () => 0);
  expect(JSON.parse(figures.line(now + 60) ?? "")).toEqual({
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
  figures.count("Announces");
  expect(figures.line(now + 119)).toBeNull();
  expect(JSON.parse(figures.line(now + 120) ?? "")).toMatchObject({ Announces: 1 });
});

test("a minute in which nothing happened has no line", () => {
  const figures = new Figures("tracker", now);
  figures.count("Announces", 0);
  expect(figures.line(now + 60)).toBeNull();
});

test("of many latencies a hundred are printed, each with the same chance", () => {
  const figures = new Figures("tracker", now);
  let turn = 0;
  const random = () => (turn++ % 97) / 97;
  for (let number = 0; number < 1000; number++) figures.time(number, random);
  const { Latency } = JSON.parse(figures.line(now + 60) ?? "") as { Latency: number[] };
  expect(Latency).toHaveLength(100);
  expect(Latency.some((value) => value >= 100)).toBe(true);
});
