import { expect, test } from "vitest";
import { GOOD_MINUTE } from "../../../test/doubles/input-minute.ts";
import type { Health } from "../../record/show.ts";
import type { InputMinute } from "./minutes.ts";
import { atRest, type Seen, watch } from "./watch.ts";

const WANTED = { megabitsPerSecond: 3, framesPerSecond: 30, height: 720 };
const minutes = (different: Partial<InputMinute> = {}): InputMinute[] =>
  [0, 1, 2, 3].map((minute) => ({ ...GOOD_MINUTE, ...different, minute }));
const SILENT = { megabitsPerSecond: { least: 0, most: 0 }, framesPerSecond: { least: 0, most: 0 } };
const QUIET = { audioDecibels: { least: -90, most: -80 } };

const seen = (before: Health | null, inputs: Seen["inputs"], at: number, alerts: Seen["alerts"] = []) =>
  watch(before, { inputs, alerts, wanted: WANTED, hasInputMetrics: true }, at);

test("nothing is told of a stream that nothing is wrong with", () => {
  expect(seen(null, { "0": minutes() }, 5)).toEqual({
    health: {
      judgedAt: 5,
      isRunning: true,
      hasInput: true,
      hasInputMetrics: true,
      findings: [],
      mailed: 0,
    },
    events: [],
    mail: null,
  });
  expect(seen(null, {}, 5).health.hasInput).toBe(false);
});

test("a fault is told once, when it begins and when it is over", () => {
  const first = seen(null, { "0": minutes(QUIET) }, 60_000);
  expect(first.health.findings).toMatchObject([{ kind: "audio-silent", pipeline: "0", since: 60_000 }]);
  expect(first.events).toMatchObject([
    {
      at: 60_000,
      kind: "audio-silent-0",
      severity: "warning",
      text: expect.stringMatching(/^Nothing can be heard/),
    },
  ]);
  const second = seen(first.health, { "0": minutes(QUIET) }, 120_000);
  expect(second.health.findings).toMatchObject([{ since: 60_000 }]);
  expect(second.events).toEqual([]);
  const third = seen(second.health, { "0": minutes() }, 180_000);
  expect(third.health.findings).toEqual([]);
  expect(third.events).toMatchObject([
    {
      at: 180_000,
      kind: "audio-silent-0-over",
      severity: "info",
      text: expect.stringMatching(/^Over: Nothing can be heard/),
    },
  ]);
});

test("a note that is gone isn't told, for nobody had to do anything", () => {
  const note = seen(null, { "0": minutes({ profile: 66 }) }, 1);
  expect(note.events).toMatchObject([{ kind: "codec-wastes-0", severity: "info" }]);
  expect(seen(note.health, { "0": minutes() }, 2).events).toEqual([]);
});

test("of two encoders it is said which", () => {
  const { health, events } = seen(null, { "0": minutes(), "1": minutes(SILENT) }, 1);
  expect(health.hasInput).toBe(true);
  expect(events).toMatchObject([
    { kind: "nothing-comes-in-1", text: expect.stringMatching(/^Encoder 2: Nothing has come in/) },
  ]);
});

test("a channel that has stopped has no findings, and that is kept once", () => {
  const { health } = seen(null, { "0": minutes(QUIET) }, 1);
  const rested = atRest(health, 2);
  expect(rested).toEqual({
    judgedAt: 2,
    isRunning: false,
    hasInput: false,
    hasInputMetrics: true,
    findings: [],
    mailed: 0,
  });
  expect(atRest(rested, 3)).toBeNull();
  expect(atRest(null, 3)).not.toBeNull();
});

test("an e-mail tells of what viewers see, when it begins and when it is over, and is counted", () => {
  const dark = seen(null, { "0": minutes(SILENT) }, 1);
  expect(dark).toMatchObject({ mail: { subject: "Shoal: nothing comes in" }, health: { mailed: 1 } });
  expect(seen(dark.health, { "0": minutes(SILENT) }, 2)).toMatchObject({ mail: null, health: { mailed: 1 } });
  const over = seen(dark.health, { "0": minutes() }, 3);
  expect(over).toMatchObject({ mail: { subject: "Shoal: over: nothing comes in" }, health: { mailed: 2 } });
  expect(seen(over.health, { "0": minutes(QUIET) }, 4)).toMatchObject({ mail: null, health: { mailed: 2 } });
  expect(atRest(over.health, 5)?.mailed).toBe(0);
});

test("an alert is of the pipeline that it is about", () => {
  const alerts = [{ pipeline: "1", type: "Audio Not Detected", message: "" }];
  const { health } = seen(null, { "0": minutes(), "1": minutes() }, 1, alerts);
  expect(health.findings).toMatchObject([{ kind: "no-audio", pipeline: "1" }]);
});

test("of what people were told of sharing nothing is forgotten, whether the channel runs or not", () => {
  const told = { ...seen(null, { "0": minutes() }, 5).health, sharingTold: 7 };
  expect(seen(told, { "0": minutes() }, 6).health.sharingTold).toBe(7);
  expect(atRest(told, 6)?.sharingTold).toBe(7);
});
