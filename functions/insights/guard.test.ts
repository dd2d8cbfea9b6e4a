import { describe, expect, test } from "vitest";
import { keptReport, moment, NOW, viewerId } from "../../test/doubles/reports.ts";
import { type Alarm, alarmIn, testsOf } from "./guard.ts";
import type { KeptReport } from "./kept-report.ts";

const LATER = NOW + 240_000;
const moments = { now: LATER + 1_000, changedAt: 0 };

/** Four minutes of 400 viewers who share and 20 of the control group, in which `change` says what happened to each. */
function audience(
  change: (group: "sharing" | "control", index: number) => Partial<KeptReport>,
): KeptReport[] {
  const groupOf = (group: "sharing" | "control", count: number) =>
    Array.from({ length: count }, (_, index) => {
      const viewer = viewerId(index / count, group === "control" ? 0 : 0.5);
      return report({ viewer, group, ...change(group, index) });
    });
  return [...groupOf("sharing", 400), ...groupOf("control", 20)];
}

function report(changes: Partial<KeptReport>): KeptReport {
  return keptReport({ from: moment(NOW), to: moment(LATER, { watchedMs: 240_000 }), number: 3, ...changes });
}

const stalled = (milliseconds: number) => ({
  to: moment(LATER, { watchedMs: 240_000, stalls: 1, stalledMs: milliseconds }),
});

test("an audience to whom the same happens in both groups is let alone, whatever it is", () => {
  expect(
    alarmIn(
      audience(() => ({})),
      moments,
    ),
  ).toBeNull();
  expect(
    alarmIn(
      audience(() => stalled(60_000)),
      moments,
    ),
  ).toBeNull();
  expect(
    alarmIn(
      audience((_, index) => (index % 2 === 0 ? stalled(60_000) : {})),
      moments,
    ),
  ).toBeNull();
  expect(alarmIn([], moments)).toBeNull();
});

test("stalls of those who share alone are found, and told with their figures", () => {
  const reports = audience((group, index) => (group === "sharing" && index % 5 < 4 ? stalled(7_200) : {}));
  expect(alarmIn(reports, moments)).toEqual({
    metric: "interrupted",
    sharing: 0.8,
    control: 0,
    chance: expect.closeTo(0, 9),
    viewers: { sharing: 400, control: 20 },
  } satisfies Alarm);
});

test("freezes count as well, and what nobody would notice doesn't", () => {
  const frozen = (milliseconds: number) => ({
    to: moment(LATER, { watchedMs: 240_000, freezes: 1, frozenMs: milliseconds }),
  });
  const of = (milliseconds: number) =>
    alarmIn(
      audience((group) => (group === "sharing" ? frozen(milliseconds) : {})),
      moments,
    )?.metric;
  expect([of(1_300), of(1_100)]).toEqual(["interrupted", undefined]);
});

test("where all are interrupted, those who are for longer are found", () => {
  const reports = audience((group, index) => stalled(index + (group === "sharing" ? 20_000 : 8_000)));
  expect(alarmIn(reports, moments)).toMatchObject({ metric: "interrupted", sharing: expect.any(Number) });
});

test("failures to start are found", () => {
  const failing = { to: moment(LATER), errors: ["cdn-failing"] };
  const reports = audience((group, index) => (group === "sharing" && index % 5 < 4 ? failing : {}));
  expect(alarmIn(reports, moments)).toMatchObject({ metric: "failed", sharing: 0.8, control: 0 });
});

describe("slower starts, and a longer delay,", () => {
  const of = (metric: "startMs" | "delayMs", more: number) => {
    const usual = metric === "startMs" ? 1_000 : 6_000;
    return alarmIn(
      audience((group, index) => ({ [metric]: usual + (index % 20) + (group === "sharing" ? more : 0) })),
      moments,
    );
  };
  test("are found", () => {
    expect(of("startMs", 500)).toMatchObject({ metric: "start", sharing: 1_509, control: 1_009 });
    expect(of("delayMs", 2_000)).toMatchObject({ metric: "delay", sharing: 8_009, control: 6_009 });
  });
  test("are no matter where they are small, however sure", () => {
    expect(of("startMs", 190)).toBeNull();
    expect(of("delayMs", 900)).toBeNull();
    const slow = audience((group, index) => ({
      startMs: (index % 20) + (group === "sharing" ? 10_900 : 10_000),
    }));
    expect(testsOf(slow, moments).some(({ difference: { chance } }) => chance < 1e-9)).toBe(true);
    expect(alarmIn(slow, moments)).toBeNull();
  });
});

describe("a viewer counts", () => {
  const harmed = audience((group) => (group === "sharing" ? stalled(20_000) : {}));
  test("not before the ramp last changed", () => {
    expect(alarmIn(harmed, { ...moments, changedAt: NOW })).not.toBeNull();
    expect(alarmIn(harmed, { ...moments, changedAt: NOW + 1 })).toBeNull();
  });
  test("by its newest report, which isn't older than five minutes, and once", () => {
    expect(alarmIn(harmed, { ...moments, now: LATER + 301_000 })).toBeNull();
    const since = harmed.map((each) =>
      keptReport({
        ...each,
        number: 4,
        from: each.to,
        to: { ...each.to, at: LATER + 60_000, watchedMs: 300_000 },
      }),
    );
    const now = LATER + 61_000;
    for (const all of [
      [...harmed, ...since],
      [...since, ...harmed],
    ])
      expect(testsOf(all, { now, changedAt: 0 })[0]?.difference).toMatchObject({
        sharing: 0,
        viewers: { sharing: 400, control: 20 },
      });
  });
  test("with its first start", () => {
    const again = audience(() => ({ startMs: 9_000, session: "another1", to: moment(LATER + 10) }));
    const first = audience(() => ({ startMs: 1_000 }));
    const found = testsOf([...again, ...first], moments).filter(
      ({ difference }) => difference.metric === "start",
    );
    expect(found.map(({ difference }) => difference.sharing)).toEqual([1_000, 1_000]);
  });
  test("in a group alone, and if it watched for half a minute", () => {
    expect(
      alarmIn(
        audience(() => ({ group: "none" })),
        moments,
      ),
    ).toBeNull();
    const others = Array.from({ length: 5_000 }, (_, index) =>
      report({ viewer: viewerId(index / 5_000, 0.9), group: "none", delayMs: 60_000 }),
    );
    const late = audience((group, index) => ({
      delayMs: 6_000 + (index % 20) + (group === "sharing" ? 2_000 : 0),
    }));
    expect(testsOf([...others, ...late], moments)).toEqual(testsOf(late, moments));
    const short = moment(LATER, { watchedMs: 29_000, stalledMs: 20_000 });
    const brief = audience((group) =>
      group === "sharing" ? { to: short } : { to: { ...short, stalledMs: 0 } },
    );
    expect(alarmIn(brief, moments)).toBeNull();
  });
  test("if it left early, where its share is one of 64, for those who share report no other", () => {
    const early = { number: 0, isLast: true, from: moment(LATER - 49_000) };
    const failing = audience((group) => ({
      ...early,
      ...(group === "sharing" && { to: moment(LATER), errors: ["offline"] }),
    }));
    const [failed] = testsOf(failing, moments).filter(({ difference }) => difference.metric === "failed");
    expect(failed?.difference.viewers).toEqual({ sharing: 7, control: 1 });
    const later = failing.map((each) => ({ ...each, from: moment(LATER - 50_000) }));
    expect(alarmIn(later, moments)).toMatchObject({ metric: "failed" });
  });
});
