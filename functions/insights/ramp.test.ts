import { expect, test } from "vitest";
import type { Alarm } from "./guard.ts";
import { changedAt, rampAfter, rampAt } from "./ramp.ts";
import { guardNotice } from "./ramp-words.ts";

const HOUR = 3_600_000;
const SINCE = Date.parse("2026-12-01T20:00:00Z");
const alarm: Alarm = {
  metric: "interrupted",
  sharing: 0.8,
  control: 0.05,
  chance: 4.3e-7,
  viewers: { sharing: 961, control: 19 },
};

test("each alarm leaves a quarter, until so few would share that there is nothing to learn", () => {
  const ramps = [1];
  for (let time = 0; time < 4; time++) ramps.push(rampAfter(ramps.at(-1) ?? 1));
  expect(ramps).toEqual([1, 0.25, 0.06, 0, 0]);
});

test("the ramp is held for twelve hours, and what was before its last change says nothing of now", () => {
  const kept = { ramp: 0.25, since: SINCE, alarm };
  expect([rampAt(null, SINCE), changedAt(null, SINCE)]).toEqual([1, 0]);
  expect([rampAt(kept, SINCE + 12 * HOUR - 1), changedAt(kept, SINCE + 12 * HOUR - 1)]).toEqual([
    0.25,
    SINCE,
  ]);
  expect([rampAt(kept, SINCE + 12 * HOUR), changedAt(kept, SINCE + 13 * HOUR)]).toEqual([
    1,
    SINCE + 12 * HOUR,
  ]);
});

test("people are told what was found, how sure that is, and what follows", () => {
  expect(guardNotice({ ramp: 0.25, since: SINCE, alarm }, SINCE)).toEqual({
    ramp: 0.25,
    since: SINCE,
    text: "Sharing interrupts playback: 80 % of the viewers who share stalled or froze noticeably, of the control group, who don't, 5 %. Chance alone does that once in 2,300,000 looks (961 viewers and 19). Only 25 % of the viewers may share, until 2026-12-02 08:00 UTC.",
  });
  expect(guardNotice({ ramp: 0, since: SINCE, alarm }, SINCE)?.text).toContain("Nobody shares, until");
});

test.each([
  [
    "failed",
    0.12,
    0.01,
    "they failed for 12 % of the viewers who share, in the control group, who don't, for 1 %.",
  ],
  [
    "start",
    2_500,
    960,
    "half of the viewers who share waited 2.5 s or longer, of the control group, who don't, 1.0 s.",
  ],
  [
    "delay",
    9_400,
    6_500,
    "half of those who share are 9.4 s behind live or more, of the control group, who don't, 6.5 s.",
  ],
] as const)("of %s as well", (metric, sharing, control, words) => {
  const notice = guardNotice(
    { ramp: 0.25, since: SINCE, alarm: { ...alarm, metric, sharing, control } },
    SINCE,
  );
  expect(notice?.text).toContain(words);
});

test("nothing is told while all may share", () => {
  expect(guardNotice(null, SINCE)).toBeNull();
  expect(guardNotice({ ramp: 1, since: SINCE, alarm: null }, SINCE)).toBeNull();
  expect(guardNotice({ ramp: 0.25, since: SINCE, alarm }, SINCE + 12 * HOUR)).toBeNull();
});
