import { beforeEach, describe, expect, test } from "vitest";
import type { Pace } from "../../functions/insights/pace.ts";
import { parseReport } from "../../functions/insights/report.ts";
import type { Report, ReportReply } from "../../functions/insights/report-shape.ts";
import { moment, NOW, viewerId } from "../../test/doubles/reports.ts";
import { type Reading, Reporter } from "./reporter.ts";

const PACE: Pace = { probability: 0.5, seconds: 240, ramp: 1 };

let now: number;
let reading: Reading;
let mayReport: boolean;
let pace: Pace | null;
let ramps: number[];
let asked: number;
let sent: string[];
let answers: (ReportReply | null)[];
let chances: number[];
let audience: number | null;
let planned: { seconds: number; then(): void } | null;
let reporter: Reporter;

beforeEach(() => {
  now = NOW;
  reading = readingAt(0);
  mayReport = true;
  pace = PACE;
  asked = 0;
  sent = [];
  ramps = [];
  answers = [];
  // The first report is due before the second look at the pace.
  chances = [1 / 512];
  audience = null;
  planned = null;
  reporter = newReporter();
});

function newReporter(viewer = viewerId(0.25)): Reporter {
  return new Reporter(
    {
      viewer,
      session: "12345678",
      read: () => reading,
      mayReport: () => mayReport,
      askPace: async () => {
        asked += 1;
        return pace;
      },
      deliver: async (text) => {
        sent.push(text);
        return answers.length > 0 ? (answers.shift() ?? null) : { now, pace };
      },
      audience: () => audience,
      guard: (ramp) => ramps.push(ramp),
      random: () => chances.shift() ?? 0.5,
      after: (seconds, then) => {
        planned = { seconds, then };
        return () => {
          planned = null;
        };
      },
    },
    moment(NOW),
  );
}

function readingAt(seconds: number): Reading {
  const to = moment(NOW + seconds * 1000, { watchedMs: seconds * 1000 });
  return {
    to,
    state: "playing",
    startMs: 700,
    delayMs: 6_500,
    bitsPerSecond: 3_000_000,
    peers: 1,
    guard: "none",
    player: "shoal",
    group: "sharing",
    groupSince: 0,
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Lets the time pass until what is planned is due. */
async function pass(): Promise<void> {
  const due = planned;
  planned = null;
  now += (due?.seconds ?? 0) * 1000;
  reading = readingAt((now - NOW) / 1000);
  due?.then();
  await settled();
}

/** What the border makes of a report that was sent. */
function report(index = sent.length - 1): Report {
  const found = parseReport(sent[index] ?? "", now);
  if (typeof found === "string") throw new Error(found);
  return found;
}

test("reports once within the first interval, and then every four minutes", async () => {
  await reporter.start();
  expect(planned?.seconds).toBe(30);
  await pass();
  expect(report()).toMatchObject({ number: 0, startMs: 700, to: { watchedMs: 30_000 } });
  expect(sent[0]).toContain("sta=s");
  expect(planned?.seconds).toBe(240);
  await pass();
  expect(report()).toMatchObject({
    number: 1,
    startMs: null,
    from: { watchedMs: 30_000 },
    to: { watchedMs: 270_000 },
  });
  expect(sent[1]).not.toContain("sta=s");
  // Before the first report only: afterwards the answers tell.
  expect(asked).toBe(2);
});

test("who comes looks at the pace again after 40 s, and is more likely to report late in the first interval", async () => {
  chances = [0.125];
  await reporter.start();
  expect(planned?.seconds).toBe(40);
  pace = { ...PACE, probability: 0.125 };
  await pass();
  expect(planned?.seconds).toBe(80);
  await pass();
  expect(sent).toEqual([]);
  expect(asked).toBe(3);
});

test("a viewer who isn't in the sample asks for the pace, and reports when the sample grows", async () => {
  reporter = newReporter(viewerId(0.75));
  await reporter.start();
  await pass();
  await pass();
  expect(sent).toEqual([]);
  expect(asked).toBe(3);
  pace = { ...PACE, probability: 1 };
  await pass();
  expect(sent).toHaveLength(1);
});

test("what couldn't be delivered is told by the next report, and isn't sent again before", async () => {
  answers = [null];
  reporter.failed("offline", NOW + 1_000);
  await reporter.start();
  await pass();
  reporter.failed("cdn-failing", NOW + 200_000);
  expect(planned?.seconds).toBe(240);
  await pass();
  expect(report()).toMatchObject({
    number: 1,
    startMs: 700,
    from: { watchedMs: 0 },
    errors: ["offline", "cdn-failing"],
  });
  await pass();
  expect(report()).toMatchObject({ from: { watchedMs: 270_000 }, errors: [], startMs: null });
});

test("what the border can't read is not told again", async () => {
  answers = [{ now, pace: null, refused: "malformed" }];
  await reporter.start();
  await pass();
  await pass();
  expect(report()).toMatchObject({ from: { watchedMs: 30_000 } });
});

test("errors beyond ten are left out", async () => {
  for (let time = 0; time < 30; time++) reporter.failed("offline", NOW);
  await reporter.start();
  await pass();
  expect(report().errors).toHaveLength(10);
});

test("a clock that is wrong is set by the border's", async () => {
  const ahead = 3_600_000;
  await reporter.start();
  answers = [{ now: now + 30_000 - ahead, pace: null, refused: "late" }];
  await pass();
  now -= ahead;
  const due = planned;
  reading = readingAt(270);
  due?.then();
  await settled();
  now += 240_000;
  expect(report()).toMatchObject({ from: { at: NOW - ahead }, to: { at: NOW - ahead + 270_000 } });
});

test("a report that is late by itself changes no clock", async () => {
  await reporter.start();
  answers = [{ now: NOW + 31_000, pace: null, refused: "late" }];
  await pass();
  await pass();
  expect(report().to.at).toBe(NOW + 270_000);
});

test("a computer that slept begins anew", async () => {
  await reporter.start();
  await pass();
  now += 7_200_000;
  await pass();
  expect(report()).toMatchObject({ from: { watchedMs: reading.to.watchedMs } });
});

describe("when the viewer leaves", () => {
  test("what wasn't told yet is told at once, once", async () => {
    await reporter.start();
    reading = readingAt(30);
    reporter.end();
    reporter.end();
    now += 30_000;
    expect(sent).toHaveLength(1);
    expect(report()).toMatchObject({ isLast: true, to: { watchedMs: 30_000 } });
    expect(planned).toBeNull();
  });
  test("and comes back to the same page, it goes on", async () => {
    await reporter.start();
    reporter.resume();
    expect(asked).toBe(1);
    reporter.end();
    reporter.resume();
    await settled();
    await pass();
    await pass();
    expect(sent).toHaveLength(2);
  });
  test.each([
    ["a large audience before the second look", 500, 0, viewerId(0.5 / 64 - 0.001), 64],
    ["the same, and has a larger share than one of 64", 500, 0, viewerId(0.5 / 64 + 0.001), null],
    ["the same after the second look", 500, 1, viewerId(0.4), 1],
    ["a small one", 499, 0, viewerId(0.4), 1],
    ["one that nobody counts", null, 0, viewerId(0.4), 1],
  ])("%s, it reports for as many as leave so", async (_, viewers, looks, viewer, standsFor) => {
    audience = viewers;
    chances = [0.5];
    reporter = newReporter(viewer);
    await reporter.start();
    for (let look = 0; look < looks; look++) await pass();
    reporter.end();
    expect(sent).toHaveLength(standsFor === null ? 0 : 1);
    if (standsFor !== null) expect(report()).toMatchObject({ standsFor, isLast: true, number: 0 });
  });
  test("while the pace is asked for, nothing follows", async () => {
    await reporter.start();
    planned?.then();
    reporter.end();
    await settled();
    expect(sent).toHaveLength(1);
    const starting = newReporter();
    const started = starting.start();
    starting.end();
    await started;
    expect(sent).toHaveLength(1);
  });
  test("nothing is told before the pace is known", () => {
    reporter.end();
    expect(sent).toEqual([]);
  });
});

test("nothing is asked or told against the viewer's will, and what follows when it changes", async () => {
  mayReport = false;
  await reporter.start();
  await pass();
  reporter.end();
  expect([asked, sent.length]).toEqual([0, 0]);
  mayReport = true;
  chances = [1 / 512];
  reporter.resume();
  await settled();
  await pass();
  expect(sent).toHaveLength(1);
});

test("while the pace can't be learned nobody begins, and who reports goes on", async () => {
  pace = null;
  await reporter.start();
  await pass();
  expect(sent).toEqual([]);
  pace = PACE;
  await pass();
  pace = null;
  await pass();
  expect(sent).toHaveLength(2);
});

test("the states, and what isn't known yet", async () => {
  reading = { ...reading, state: "paused", startMs: null, delayMs: null, bitsPerSecond: null };
  await reporter.start();
  planned?.then();
  await settled();
  expect(report()).toMatchObject({ startMs: null, delayMs: null, kilobitsPerSecond: null });
  expect(sent[0]).toContain("sta=a");
});

test("a report is of the group in which its viewer was all the time, or of none", async () => {
  await reporter.start();
  await pass();
  expect(report().group).toBe("sharing");
  const changed = now + 1_000;
  planned?.then();
  await settled();
  for (const group of ["none", "control"]) {
    const due = planned;
    now += 240_000;
    reading = { ...readingAt((now - NOW) / 1000), group: "control", groupSince: changed };
    due?.then();
    await settled();
    expect(report().group).toBe(group);
  }
});

test("who reports follows SharingGuard's ramp by each answer, who doesn't by asking", async () => {
  pace = { ...PACE, ramp: 0.25 };
  await reporter.start();
  answers = [{ now, pace: { ...PACE, ramp: 0.06 } }, { now, pace: null, refused: "too-often" }, null];
  for (let time = 0; time < 3; time++) await pass();
  expect(ramps).toEqual([0.25, 0.25, 0.06]);
  const { ramp: _, ...before } = PACE;
  pace = before as Pace;
  await pass();
  expect(ramps.at(-1)).toBe(1);
  ramps = [];
  reporter = newReporter(viewerId(0.75));
  pace = { ...PACE, ramp: 0 };
  await reporter.start();
  pace = null;
  await pass();
  expect(ramps).toEqual([0, 0]);
});
