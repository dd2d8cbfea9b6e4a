import { expect, test } from "vitest";
import { choiceAround, hoursOnAir, minutesOf, showChoices } from "./insights-range.ts";
import type { Show } from "./shows.ts";

const MINUTE = 60_000;
const NOW = 30_000_000 * MINUTE;
const show = (startedAt: number, endedAt: number | null): Show => ({
  startedAt: startedAt * MINUTE,
  endedAt: endedAt === null ? null : endedAt * MINUTE,
  events: [],
});
const SHOWS = [show(29_999_900, null), show(29_000_000, 29_000_090)];

test("the last hours end now, and a show has its own minutes", () => {
  expect(minutesOf("60", NOW)).toEqual({ first: 29_999_941, last: 30_000_000 });
  expect(minutesOf("29000000-29000090", NOW)).toEqual({ first: 29_000_000, last: 29_000_090 });
});

test("shows are offered with their day and length; of a long one its last day", () => {
  expect(showChoices(SHOWS, NOW)).toMatchObject([
    { value: "29999900-30000000", words: expect.stringMatching(/^show of .*, 1 h 40 min$/) },
    { value: "29000000-29000090" },
  ]);
  expect(showChoices([show(0, 10_000)], NOW)).toMatchObject([{ value: "8561-10000" }]);
});

test("around a minute is its show, or an hour", () => {
  expect(choiceAround(29_000_050, SHOWS, NOW).value).toBe("29000000-29000090");
  expect(choiceAround(28_000_000, SHOWS, NOW)).toMatchObject({
    value: "27999970-28000030",
    words: expect.stringContaining("hour around"),
  });
});

test("hours on the air are those within", () => {
  expect(hoursOnAir(SHOWS, 0, NOW)).toBeCloseTo((100 + 90) / 60);
  expect(hoursOnAir(SHOWS, 29_000_060 * MINUTE, 29_000_120 * MINUTE)).toBeCloseTo(0.5);
});
