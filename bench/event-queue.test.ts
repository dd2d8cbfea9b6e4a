import { describe, expect, test } from "vitest";
import { Chance } from "./chance.ts";
import { EventQueue } from "./event-queue.ts";

const seed = 20261121;

test(`actions run in the order of their times, those of one time in the order in which they came (seed ${seed})`, () => {
  const chance = new Chance(seed);
  const queue = new EventQueue();
  const planned = Array.from({ length: 2000 }, (_, order) => ({ at: chance.below(300), order }));
  const ran: typeof planned = [];
  for (const one of planned) queue.at(one.at, () => void ran.push({ at: queue.now, order: one.order }));
  queue.run();
  expect(ran).toEqual(planned.toSorted((a, b) => a.at - b.at || a.order - b.order));
});

test("an action plans others, and what is planned for the past runs at once", () => {
  const queue = new EventQueue();
  const times: number[] = [];
  queue.at(5, () => {
    queue.at(2, () => void times.push(queue.now));
    queue.after(3, () => void times.push(queue.now));
  });
  queue.run();
  expect(times).toEqual([5, 8]);
});

test("an action that returns a promise is an error that names the other method", () => {
  const queue = new EventQueue();
  queue.at(1, async () => {});
  expect(() => queue.run()).toThrow("use runUntil()");
});

describe("running until a time", () => {
  test("runs what is due by then and nothing else, and sets the clock", async () => {
    const queue = new EventQueue();
    const times: number[] = [];
    for (const at of [1, 4, 4.5]) queue.at(at, () => void times.push(at));
    await queue.runUntil(4);
    expect([times, queue.now]).toEqual([[1, 4], 4]);
    await queue.runUntil(10);
    expect([times, queue.now]).toEqual([[1, 4, 4.5], 10]);
    await queue.runUntil(3);
    expect(queue.now).toBe(10);
  });

  test("starts an action when the one before has ended", async () => {
    const queue = new EventQueue();
    const steps: string[] = [];
    queue.at(1, async () => {
      steps.push("begins");
      await new Promise((resolve) => setTimeout(resolve, 5));
      steps.push("ends");
    });
    queue.at(1, () => void steps.push("next"));
    await queue.runUntil(1);
    expect(steps).toEqual(["begins", "ends", "next"]);
  });
});
