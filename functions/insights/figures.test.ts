import { describe, expect, test } from "vitest";
import { keptReport, MINUTE, moment, NOW, viewerId } from "../../test/doubles/reports.ts";
import { type Figures, figuresOf } from "./figures.ts";
import type { KeptReport } from "./kept-report.ts";
import { insightsOf, rowOf } from "./rows.ts";

const S = 1_000;
const M = 60_000;
const at = (reports: readonly KeptReport[], minute = MINUTE): Figures => {
  const [figures] = figuresOf(reports, minute, minute);
  if (!figures) throw new Error("Nobody watched");
  return figures;
};

test("who met an error, waited, and left without a first frame has failed to start", () => {
  const waited = keptReport({ to: moment(NOW + 30 * S), errors: ["offline"] });
  const left = keptReport({ from: waited.to, to: moment(NOW + 50 * S), number: 1, isLast: true });
  expect(at([waited, left]).failedStarts).toBe(1);
  expect(at([left]).failedStarts).toBe(0);
});

describe("who left a large audience early", () => {
  const leavers = Array.from({ length: 4_096 }, (_, index) => (index + 0.5) / 4_096);
  const early = {
    isLast: true,
    standsFor: 64,
    startMs: 500,
    to: moment(NOW + 40 * S, { watchedMs: 20 * S }),
  };
  const told = (probability: number) =>
    leavers
      .filter((share) => share < probability / 64)
      .map((share) => keptReport({ ...early, viewer: viewerId(share), probability }));
  test.each([1, 0.25])("is counted by those who reported for them, in a sample of %f", (probability) => {
    const row = rowOf([at(told(probability))]);
    expect(row).toMatchObject({ starts: 4_096, viewers: 4_096, hoursWatched: (4_096 * 20) / 3_600 });
    expect(Math.abs(row.distinctViewers - 4_096)).toBeLessThan(3 * Math.max(row.distinctViewersError, 1));
  });
  test("is in no smaller sample than its own share allows", () => {
    const stays = keptReport({ viewer: viewerId(0.001), probability: 1 / 256 });
    const row = rowOf([at([...told(1), stays])]);
    expect(row.starts).toBe(0);
    expect(row.distinctViewers).toBe(256);
  });
});

describe("a report", () => {
  test("of some minutes is spread over them", () => {
    const report = keptReport({
      from: moment(NOW + 30 * S, { stalls: 1, bytesFromCdn: 1_000 }),
      to: moment(NOW + 90 * S, { stalls: 3, bytesFromCdn: 4_000, watchedMs: 60 * S }),
    });
    const minutes = figuresOf([report], MINUTE, MINUTE + 1);
    expect(minutes.map(({ counts }) => counts)).toMatchObject([
      { stalls: 1, bytesFromCdn: 1_500, watchedMs: 30 * S },
      { stalls: 1, bytesFromCdn: 1_500, watchedMs: 30 * S },
    ]);
  });
  test("that is delivered twice counts once", () => {
    const report = keptReport({ startMs: 500, errors: ["offline"] });
    expect(figuresOf([report, report], MINUTE, MINUTE)).toEqual(figuresOf([report], MINUTE, MINUTE));
  });
  test("whose reply was lost is told again by the next, which counts only what is new", () => {
    const first = keptReport({
      to: moment(NOW + 20 * S, { stalls: 1, watchedMs: 20 * S }),
      startMs: 500,
      errors: ["offline"],
    });
    const second = keptReport({
      number: 1,
      to: moment(NOW + 40 * S, { stalls: 3, watchedMs: 40 * S }),
      startMs: 500,
      errors: ["offline", "cdn-failing"],
    });
    const { counts, starts, errors } = at([second, first]);
    expect(counts).toMatchObject({ stalls: 3, watchedMs: 40 * S });
    expect(Object.values(starts)).toEqual([1]);
    expect(errors).toEqual({ offline: 1, "cdn-failing": 1 });
  });
  test("that tells nothing new since the last counts nothing", () => {
    const first = keptReport();
    const still = keptReport({ from: first.to, to: first.to, number: 1 });
    const minutes = figuresOf([first, still], MINUTE, MINUTE + 1);
    expect(minutes.map(({ counts }) => counts.watchedMs)).toEqual([M, 0]);
  });
});

describe("a viewer", () => {
  test("is there until the next report is overdue, or its last has come", () => {
    const minutesOf = (report: KeptReport) =>
      figuresOf([report], MINUTE, MINUTE + 9)
        .filter(({ viewers }) => viewers > 0)
        .map(({ minute }) => minute - MINUTE);
    expect(minutesOf(keptReport())).toEqual([0, 1, 2, 3, 4, 5]);
    expect(minutesOf(keptReport({ isLast: true }))).toEqual([0]);
  });
  test("that never saw anything and met an error didn't get in", () => {
    const failed = { to: moment(NOW + 5 * S), isLast: true, errors: ["cdn-failing"] };
    expect(at([keptReport(failed)]).failedStarts).toBe(1);
    expect(at([keptReport({ ...failed, errors: [] })]).failedStarts).toBe(0);
    expect(at([keptReport({ ...failed, isLast: false })]).failedStarts).toBe(0);
  });
  test("for whom sharing is paused is counted", () => {
    expect(at([keptReport({ to: moment(NOW + 5 * S), guard: "cdn-only" })]).guarded).toBe(1);
  });
});

test("without reports there are no figures", () => {
  expect(figuresOf([], MINUTE, MINUTE + 3)).toEqual([]);
  expect(figuresOf([keptReport()], MINUTE + 3, MINUTE)).toEqual([]);
});

test("a minute in which the sample shrank is that of the smaller one", () => {
  const [inBoth, inOne] = [viewerId(0.1), viewerId(0.4)];
  const { viewers, probability, distinct } = at([
    keptReport({ viewer: inBoth, probability: 0.25 }),
    keptReport({ viewer: inOne, probability: 0.5 }),
  ]);
  expect({ viewers, probability }).toEqual({ viewers: 1, probability: 0.25 });
  expect(distinct.shares).toHaveLength(1);
});

test("a minute of before players were told apart has no part of them", () => {
  const minute = at([keptReport()]);
  const { player, ...by } = minute.by;
  expect(Object.keys(player)).toEqual(["shoal"]);
  expect(insightsOf([minute, { ...minute, by: by as typeof minute.by }]).by.player).toMatchObject([
    { value: "shoal", hoursWatched: 1 / 60 },
  ]);
});

test("a million values of a dimension are twenty and the others", () => {
  const reports = Array.from({ length: 2_000 }, (_, index) =>
    keptReport({
      viewer: viewerId(index / 2_000),
      where: { country: `${index}`, network: "1", browser: "Firefox", device: "phone" },
      kilobitsPerSecond: null,
      errors: [`kind-${"x".repeat(index % 30)}`],
      to: moment(NOW + 30 * S, { watchedMs: index }),
    }),
  );
  const figures = at(reports);
  expect(Object.keys(figures.by.country)).toHaveLength(21);
  expect(figures.by.country).toMatchObject({
    1999: { watchedMs: 1_999 },
    others: { watchedMs: 1_959_210 },
  });
  expect(Object.keys(figures.errors)).toHaveLength(21);
  expect(figures.by.rendition).toHaveProperty("none");
  expect(JSON.stringify(figures).length).toBeLessThan(20_000);
});

/** 20,000 viewers of which an eighth reports, against what they truly did. */
test("figures of a sample are the audience's within three standard errors", () => {
  const truth = { viewers: 20_000, stalledMs: 0, watchedMs: 0, fromPeers: 0, bytes: 0 };
  const reports: KeptReport[] = [];
  const startsMs: number[] = [];
  for (let index = 0; index < truth.viewers; index++) {
    const share = ((index * 7_919) % truth.viewers) / truth.viewers;
    const startMs = 300 + ((index * 31) % 1_000);
    const stalledMs = index % 10 === 0 ? 2_000 : 0;
    const [bytesFromPeers, bytesFromCdn] = index % 3 === 0 ? [0, 20_000_000] : [16_000_000, 4_000_000];
    startsMs.push(startMs);
    truth.stalledMs += stalledMs;
    truth.watchedMs += 55_000;
    truth.fromPeers += bytesFromPeers;
    truth.bytes += bytesFromPeers + bytesFromCdn;
    if (share >= 0.125) continue;
    const to = moment(NOW + 59 * S, {
      watchedMs: 55_000,
      stalls: stalledMs / 2_000,
      stalledMs,
      bytesFromPeers,
      bytesFromCdn,
    });
    reports.push(keptReport({ viewer: viewerId(share), to, startMs, delayMs: 6_500, probability: 0.125 }));
  }
  const row = rowOf([at(reports)]);
  expect(row.viewers).toBe(truth.viewers);
  expect(row.viewersError).toBeCloseTo(Math.sqrt(2_500 * 0.875) * 8);
  expect(Math.abs(row.distinctViewers - truth.viewers)).toBeLessThan(3 * row.distinctViewersError);
  expect(row.hoursWatched * 3_600_000).toBeCloseTo(truth.watchedMs, -3);
  expect(row.rebufferingRatio / (truth.stalledMs / truth.watchedMs)).toBeCloseTo(1, 1);
  expect(row.shareFromPeers).toBeCloseTo(truth.fromPeers / truth.bytes, 1);
  expect(row.starts).toBe(truth.viewers);
  const sorted = startsMs.toSorted((one, other) => one - other);
  expect((row.startSeconds.p50 ?? 0) / ((sorted[10_000] ?? 0) / 1_000)).toBeCloseTo(1, 1);
  expect((row.startSeconds.p95 ?? 0) / ((sorted[19_000] ?? 0) / 1_000)).toBeCloseTo(1, 1);
  expect(row.delaySeconds.p50).toBeCloseTo(6.5, 0);
});

test("insights tell of each minute, of all, and of the parts of an audience", () => {
  const before = keptReport({
    viewer: viewerId(0.7),
    isLast: true,
    errors: ["offline"],
    to: moment(NOW + 59 * S, { watchedMs: 59 * S }),
  });
  const later = keptReport({
    from: moment(NOW + M),
    where: { ...before.where, browser: "Safari" },
    isLast: true,
  });
  const both = keptReport({ from: moment(NOW + M), viewer: viewerId(0.2), isLast: true });
  const insights = insightsOf(figuresOf([before, later, both], MINUTE, MINUTE + 1));
  expect(insights.minutes).toMatchObject([
    { minute: MINUTE, viewers: 1, errors: { offline: 1 } },
    { minute: MINUTE + 1, viewers: 2, errors: {} },
  ]);
  expect(insights.all).toMatchObject({ minute: MINUTE, viewers: 2, distinctViewers: 3, shareFromPeers: 0 });
  expect(insights.by.browser.map(({ value }) => value)).toEqual(["Firefox", "Safari"]);
  expect(insights.by.rendition).toMatchObject([
    { value: "3000 kbit/s", hoursWatched: expect.closeTo(0.05, 2) },
  ]);
  expect(insightsOf([])).toMatchObject({ minutes: [], all: null });
  expect(insights.all?.startSeconds).toEqual({ p50: null, p95: null });
});
