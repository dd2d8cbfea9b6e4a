import { expect, test } from "vitest";
import type { ShowEvent } from "../../functions/record/show.ts";
import { lengthOf, showsIn } from "./shows.ts";

const MINUTE = 60_000;
const event = (minute: number, kind: string): ShowEvent => ({
  at: minute * MINUTE,
  kind,
  severity: "info",
  text: kind,
});

test("a show begins when the channel starts, and goes on until it stops", () => {
  const told = [
    event(5, "starting"),
    event(6, "running"),
    event(90, "stopped"),
    event(200, "starting"),
    event(201, "running"),
  ];
  const [now, before] = showsIn(told.toReversed());
  expect(now).toMatchObject({ startedAt: 200 * MINUTE, endedAt: null });
  expect(before).toMatchObject({ startedAt: 5 * MINUTE, endedAt: 90 * MINUTE, events: told.slice(0, 3) });
  expect(now && lengthOf(now, 230 * MINUTE)).toBe("30 min");
  expect(before && lengthOf(before, 0)).toBe("1 h 25 min");
});

test("a page may begin in the middle of a show, and may be empty", () => {
  expect(showsIn([event(9, "stopped"), event(8, "no-audio-0")])).toMatchObject([
    { startedAt: 8 * MINUTE, endedAt: 9 * MINUTE },
  ]);
  expect(showsIn([])).toEqual([]);
});
