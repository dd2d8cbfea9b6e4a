/** Recorded shapes of a channel's metrics, judged every minute as the schedule would. */

import { describe, expect, test } from "vitest";
import { judge, type Minute, minutesToSee } from "./idleness.ts";

const START = 29_000_000;
const IDLE_LIMIT = { autoStopMinutes: 15 };
const SHOW = 4.2;

/** The minute, counted from the start, in which auto-stop first acts on this series; undefined when it never does. */
function stopsAt(
  series: readonly (number | null)[],
  { idleLimit = IDLE_LIMIT, lag = 1 } = {},
): number | undefined {
  const minutes = series.flatMap((megabits, index): Minute[] =>
    megabits === null ? [] : [{ minute: START + index, wasRunning: true, megabitsPerSecondIn: megabits }],
  );
  for (let at = 0; at < series.length; at += 1) {
    const now = START + at;
    const seen = minutes.filter(
      ({ minute }) => minute <= now - lag && minute > now - minutesToSee(idleLimit),
    );
    if (judge(seen, now, idleLimit).stop) return at;
  }
  return undefined;
}

const silence = (minutes: number) => Array<number>(minutes).fill(0);
const show = (minutes: number) => Array<number>(minutes).fill(SHOW);
const hole = (minutes: number) => Array<null>(minutes).fill(null);

describe("auto-stop", () => {
  test("a channel that nobody ever sends to stops after 15 minutes", () => {
    expect(stopsAt(silence(60))).toBe(15);
  });
  test("a broadcaster who takes 14 minutes to come finds it running", () => {
    expect(stopsAt([...silence(14), ...show(60)])).toBeUndefined();
  });
  test("a dropout of 10 minutes is survived", () => {
    expect(stopsAt([...show(60), ...silence(10), ...show(60)])).toBeUndefined();
  });
  test("a dropout of 20 minutes is not", () => {
    expect(stopsAt([...show(60), ...silence(20), ...show(60)])).toBe(75);
  });
  test("the end of the show is followed by 15 minutes and the stop", () => {
    expect(stopsAt([...show(120), ...silence(60)])).toBe(135);
  });
  test("a channel that someone else stopped is left alone", () => {
    expect(stopsAt([...show(60), ...silence(5), ...hole(60)])).toBeUndefined();
  });
  test("silence before a stop doesn't count after the next start", () => {
    expect(stopsAt([...silence(12), ...hole(6), ...silence(14), ...show(20)])).toBeUndefined();
  });
  test("an idle limit of 5 minutes still gives 15 after a start", () => {
    expect(stopsAt(silence(60), { idleLimit: { autoStopMinutes: 5 } })).toBe(15);
  });
  test("an idle limit of 5 minutes ends a show 5 minutes after the last input", () => {
    expect(stopsAt([...show(30), ...silence(30)], { idleLimit: { autoStopMinutes: 5 } })).toBe(35);
  });
  test("an idle limit of 120 minutes outlasts a break of 100", () => {
    const idleLimit = { autoStopMinutes: 120 };
    expect(stopsAt([...show(30), ...silence(100), ...show(10)], { idleLimit })).toBeUndefined();
  });
  test("voice alone is a show", () => {
    expect(stopsAt(Array<number>(60).fill(0.064))).toBeUndefined();
  });
  test("the packets of a port scan are not", () => {
    expect(stopsAt(Array<number>(60).fill(0.001))).toBe(15);
  });
  test("holes of 2 minutes in the metrics neither stop a show nor hide the silence", () => {
    expect(stopsAt([...show(20), ...hole(2), ...show(20), ...silence(8), ...hole(2), ...silence(20)])).toBe(
      57,
    );
  });
  test("metrics that come 10 minutes late stop nothing", () => {
    expect(stopsAt([...show(30), ...silence(60)], { lag: 10 })).toBeUndefined();
  });
  test("foretells when it will stop, and nothing while something comes in", () => {
    const foretold = (series: readonly number[]) => {
      const minutes = series.map((megabits, index) => ({
        minute: START + index,
        wasRunning: true,
        megabitsPerSecondIn: megabits,
      }));
      return judge(minutes, START + series.length, IDLE_LIMIT).stopsInMinutes;
    };
    expect(foretold(silence(4))).toBe(11);
    expect(foretold([...silence(4), ...show(30)])).toBeNull();
    expect(foretold([...show(3), ...silence(5)])).toBe(10);
    expect(foretold([...show(30), ...silence(5)])).toBe(10);
    expect(foretold([...show(30), ...silence(20)])).toBe(0);
  });
  test("no metrics at all stop nothing", () => {
    expect(judge([], START, IDLE_LIMIT)).toEqual({
      stop: false,
      because: expect.stringContaining("metrics"),
      stopsInMinutes: null,
    });
  });
  test("input without a report of the pipeline is still input", () => {
    const quiet = silence(30).map((_, index) => ({
      minute: START + index,
      wasRunning: index !== 29,
      megabitsPerSecondIn: index === 29 ? SHOW : 0,
    }));
    expect(judge(quiet, START + 30, IDLE_LIMIT).stop).toBe(false);
  });
  test("the order in which CloudWatch tells the minutes doesn't matter", () => {
    const minutes = [...show(10), ...silence(16)].map((megabitsPerSecondIn, index) => ({
      minute: START + index,
      wasRunning: true,
      megabitsPerSecondIn,
    }));
    const judged = judge(minutes, START + 26, IDLE_LIMIT);
    expect(judged).toEqual({ stop: true, because: "nothing has come in for 16 min", stopsInMinutes: 0 });
    expect(judge(minutes.toReversed(), START + 26, IDLE_LIMIT)).toEqual(judged);
  });
  test("a channel with a publisher runs on, and the reason says so", () => {
    const minutes = show(20).map((megabitsPerSecondIn, index) => ({
      minute: START + index,
      wasRunning: true,
      megabitsPerSecondIn,
    }));
    expect(judge(minutes, START + 20, IDLE_LIMIT)).toEqual({
      stop: false,
      because: "something comes in",
      stopsInMinutes: null,
    });
  });
});
