import { beforeEach, describe, expect, test } from "vitest";
import { MemoryChannels } from "../../test/doubles/channels-memory.ts";
import { TestClock } from "../../test/doubles/clock.ts";
import { instantsOf, parseSchedule, type Schedule, type ScheduleDone } from "../record/schedule.ts";
import { dueAt, keepSchedule } from "./schedule.ts";

const MINUTE = 60_000;
const EVENT = "2026-12-01T19:00:00.000Z";
const START = Date.parse(EVENT);
const NOTHING: ScheduleDone = { start: null, stop: null };

describe("a schedule", () => {
  const instants = instantsOf({ minutesBefore: 15, minutesAfter: 120 }, EVENT);

  test("counts from the event's start", () => {
    expect(instants).toEqual({ startAt: START - 15 * MINUTE, stopAt: START + 120 * MINUTE });
    expect(instantsOf({ minutesBefore: 15, minutesAfter: null }, null)).toEqual({
      startAt: null,
      stopAt: null,
    });
    expect(instantsOf({ minutesBefore: null, minutesAfter: null }, EVENT)).toEqual({
      startAt: null,
      stopAt: null,
    });
  });
  test.each([
    [-16, null],
    [-15, "start"],
    [-6, "start"],
    [-5, null],
    [119, null],
    [120, "stop"],
    [179, "stop"],
    [180, null],
  ])("%i minutes from the event's start is due for %s", (minutes, due) => {
    expect(dueAt(START + minutes * MINUTE, instants, NOTHING)).toBe(due);
  });
  test("is due once", () => {
    const { startAt, stopAt } = instants;
    expect(dueAt(START - 15 * MINUTE, instants, { start: startAt, stop: null })).toBeNull();
    expect(dueAt(START + 120 * MINUTE, instants, { start: startAt, stop: stopAt })).toBeNull();
    // What was done for another event counts for nothing.
    expect(dueAt(START - 15 * MINUTE, instants, { start: 5, stop: 6 })).toBe("start");
  });
  test("of an event that is short stops rather than starts", () => {
    const short = instantsOf({ minutesBefore: 5, minutesAfter: 1 }, EVENT);
    expect(dueAt(START + MINUTE, short, NOTHING)).toBe("stop");
  });
  test.each([
    [
      { minutesBefore: 15, minutesAfter: null },
      { minutesBefore: 15, minutesAfter: null },
    ],
    [undefined, { minutesBefore: null, minutesAfter: null }],
  ])("%j is read", (input, schedule) => expect(parseSchedule(input)).toEqual(schedule));
  test.each([{ minutesBefore: 4 }, { minutesBefore: 7.5 }, { minutesBefore: "15" }, { minutesAfter: 1441 }])(
    "%j is refused in words",
    (input) => expect(() => parseSchedule(input)).toThrow("whole minutes from the event's start"),
  );
});

describe("the channel, minute by minute", () => {
  let clock: TestClock;
  let channels: MemoryChannels;
  let schedule: Schedule;
  let done: ScheduleDone;
  let lines: string[];

  beforeEach(() => {
    clock = new TestClock();
    channels = new MemoryChannels(clock);
    channels.create("1234567", "stack");
    schedule = { minutesBefore: 15, minutesAfter: 120 };
    done = NOTHING;
    lines = [];
  });

  /** Each minute from the first to the last, counted from the event's start. */
  async function pass(first: number, last: number): Promise<void> {
    for (let minute = first; minute <= last; minute++) {
      await keepSchedule(
        {
          channelId: "1234567",
          channels,
          readSchedule: async () => schedule,
          readStart: async () => EVENT,
          readDone: async () => done,
          writeDone: async (next) => {
            done = next;
          },
          log: (line) => lines.push(line),
        },
        START + minute * MINUTE,
      );
      await clock.pass(MINUTE);
    }
  }
  const state = () => channels.state("1234567");

  test("is on the air before the event, and off it afterwards", async () => {
    await pass(-20, -16);
    expect(await state()).toBe("IDLE");
    await pass(-15, 0);
    expect(await state()).toBe("RUNNING");
    await pass(1, 125);
    expect(await state()).toBe("IDLE");
    expect(lines).toEqual([
      "The schedule says start: the channel was IDLE.",
      "The schedule says stop: the channel was RUNNING.",
    ]);
  });
  test("stays off the air when a person stops it after the scheduled start", async () => {
    await pass(-15, -10);
    await channels.stop("1234567");
    await pass(-9, 0);
    expect(await state()).toBe("IDLE");
  });
  test("that a person started already is left alone, and stops as planned", async () => {
    await channels.start("1234567");
    await pass(-16, 121);
    expect(await state()).toBe("IDLE");
    expect(channels.calls.filter((call) => call === "start")).toHaveLength(1);
  });
  test("that is stopping is started a minute later", async () => {
    await channels.start("1234567");
    await clock.pass(10 * MINUTE);
    await channels.stop("1234567");
    await pass(-15, -10);
    expect(await state()).toBe("RUNNING");
  });
  test("is asked again in a minute when another request was faster", async () => {
    const { start } = channels;
    let refusals = 1;
    const rival = {
      ...channels,
      state: channels.state,
      start: async (id: string) => refusals-- < 1 && start(id),
    };
    channels = rival as unknown as MemoryChannels;
    await pass(-15, -13);
    expect(await state()).not.toBe("IDLE");
  });
  test("isn't looked at without a schedule", async () => {
    schedule = { minutesBefore: null, minutesAfter: null };
    await pass(-15, 0);
    expect(channels.calls).toEqual([]);
  });
});
