import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Scheduler } from "./scheduler.ts";
import { Template } from "./template.ts";

const template = (expression: string) =>
  new Template({
    Resources: {
      Clock: {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          ScheduleExpression: expression,
          Target: {
            Arn: { "Fn::GetAtt": ["PlansFunction", "Arn"] },
            Input: '{"time":"<aws.scheduler.scheduled-time>"}',
          },
        },
      },
    },
  });

const NOW = Date.parse("2026-12-01T18:00:00Z");
const invoke = vi.fn(async (_functionId: string, _event: unknown) => {});
let scheduler: Scheduler;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  invoke.mockReset();
  scheduler = new Scheduler(template("rate(5 minutes)"), { invoke });
});
afterEach(() => {
  scheduler.stop();
  vi.useRealTimers();
});

test("a function is invoked at its rate, with the time for which that is", async () => {
  await vi.advanceTimersByTimeAsync(299_000);
  expect(invoke).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(301_000);
  expect(invoke.mock.calls).toEqual([
    ["PlansFunction", { time: "2026-12-01T18:05:00.000Z" }],
    ["PlansFunction", { time: "2026-12-01T18:10:00.000Z" }],
  ]);
});

test("time that a test lets pass brings what is due, once", async () => {
  await scheduler.passUntil(NOW + 3_600_000);
  expect(invoke.mock.calls).toEqual([["PlansFunction", { time: "2026-12-01T19:00:00.000Z" }]]);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(invoke).toHaveBeenCalledTimes(2);
});

test("a function that fails is invoked again all the same, and none after the end", async () => {
  invoke.mockRejectedValueOnce(new Error("away"));
  await scheduler.passUntil(NOW + 300_000);
  await scheduler.passUntil(NOW + 600_000);
  expect(invoke).toHaveBeenCalledTimes(2);
  scheduler.stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(invoke).toHaveBeenCalledTimes(2);
});

test("a schedule that can't be kept here is an error", () => {
  expect(() => new Scheduler(template("cron(0 20 * * ? *)"), { invoke })).toThrow("no schedule such as cron");
});
