import { expect, test } from "vitest";
import { minutesIn, scheduleWords } from "./schedule-words.ts";

const START = Date.parse("2026-12-01T19:00:00Z");
const now = {
  minutesBefore: 15,
  minutesAfter: 120,
  startsAt: "2026-12-01T19:00:00Z",
  startAt: START - 900_000,
  stopAt: START + 7_200_000,
  dollarsAnHour: 1.5,
} as const;

test("a schedule says when the channel starts and stops, and what that costs", () => {
  expect(scheduleWords(now)).toMatch(
    /^The channel starts .*\d.*, and stops .*\d.*\. That costs \$3\.38 before/,
  );
});

test.each([
  [{ dollarsAnHour: null }, /stops .*\d.*\.$/],
  [{ minutesBefore: null, startAt: null }, /^The channel is started by hand, and stops .*\d.*\.$/],
  [{ minutesAfter: null, stopAt: null }, /, and is stopped by hand, or when nothing comes in\.$/],
  [{ startsAt: null, startAt: null, stopAt: null }, /^Say in the event when it starts/],
  [{ minutesBefore: null, minutesAfter: null, startAt: null, stopAt: null }, /by hand\.$/],
])("with %j it says %s", (changes, words) => {
  expect(scheduleWords({ ...now, ...changes })).toMatch(words);
});

test("an empty field is no minutes", () => {
  expect(minutesIn(" ")).toBeNull();
  expect(minutesIn("15")).toBe(15);
});
