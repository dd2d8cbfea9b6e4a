import { describe, expect, test } from "vitest";
import { keptReport, MINUTE, moment, NOW, viewerId } from "../../test/doubles/reports.ts";
import { type Figures, figuresOf, sumOf } from "./figures.ts";
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

describe("what viewers make up", () => {
  /** Thousands of a kind, each of which is something that nobody else is, in all that a viewer can say or choose. */
  const madeUp = (began: number, many: number, from = 0) =>
    Array.from({ length: many }, (_, index) => {
      const word = [...String(from + index)].map((digit) => "abcdefghij"[Number(digit)]).join("");
      return keptReport({
        viewer: viewerId(index / many),
        from: moment(began),
        to: moment(began + 30 * S, { watchedMs: 30 * S }),
        where: { country: word, network: `${from + index}`, browser: word, device: word },
        kilobitsPerSecond: from + index,
        player: word,
        guard: word,
        errors: [word],
        isLast: true,
      });
    });
  const honest = (began: number) =>
    ["firefox-like", "safari-like"].flatMap((player, kind) =>
      Array.from({ length: 30 - 10 * kind }, (_, index) =>
        keptReport({
          viewer: viewerId((index + kind / 2) / 30),
          session: `honest-${kind}`,
          from: moment(began),
          to: moment(began + 30 * S, { watchedMs: 30 * S }),
          player,
          errors: ["offline"],
          isLast: true,
        }),
      ),
    );

  test("is twenty values and the others, in each dimension, beside the truth of what many have", () => {
    const figures = at([...madeUp(NOW, 4_000), ...honest(NOW)]);
    for (const [dimension, values] of Object.entries(figures.by)) {
      expect(Object.keys(values), dimension).toHaveLength(21);
      expect(sumOf(Object.values(values)).watchedMs, dimension).toBe(4_050 * 30 * S);
    }
    expect(figures.by.player["firefox-like"]?.watchedMs).toBe(30 * 30 * S);
    expect(figures.by.player["safari-like"]?.watchedMs).toBe(20 * 30 * S);
    expect(figures.by.country["DE"]?.watchedMs).toBe(50 * 30 * S);
    expect(figures.errors["offline"]).toBe(50);
    expect(Object.keys(figures.errors)).toHaveLength(21);
    expect(JSON.stringify(figures).length).toBeLessThan(40_000);
  });

  test("stays twenty values and the others when it is something else each minute of a show", () => {
    const minutes = Array.from({ length: 200 }, (_, minute) => {
      const began = NOW + minute * M;
      return at([...madeUp(began, 25, 100 + 25 * minute), ...honest(began)], MINUTE + minute);
    });
    const { by, all } = insightsOf(minutes);
    for (const [dimension, slices] of Object.entries(by)) expect(slices, dimension).toHaveLength(21);
    expect(by.player.slice(0, 3)).toMatchObject([
      { value: "firefox-like", hoursWatched: 50 },
      { value: "others", hoursWatched: expect.closeTo((200 * 25) / 120, 0) },
      { value: "safari-like", hoursWatched: expect.closeTo(100 / 3) },
    ]);
    expect(Object.keys(all?.errors ?? {})).toHaveLength(21);
    expect(all?.errors["offline"]).toBe(200 * 50);
  });

  test("doesn't pass for the others, nor for what every object has", () => {
    const began = (player: string, errors: string[], viewer: number) =>
      keptReport({
        player,
        errors,
        kilobitsPerSecond: null,
        viewer: viewerId(viewer / 64),
        to: moment(NOW + 30 * S, { watchedMs: 1_000 }),
        isLast: true,
      });
    const figures = at([
      ...Array.from({ length: 22 }, (_, index) => began(`p${"x".repeat(index)}`, ["offline"], index)),
      ...Array.from({ length: 5 }, (_, index) => began("others", ["constructor"], 30 + index)),
    ]);
    expect(figures.by.player["others"]?.watchedMs).toBe(7_000);
    expect(figures.by.rendition).toMatchObject({ none: { watchedMs: 27_000 } });
    const later = at([keptReport({ from: moment(NOW + M), isLast: true })], MINUTE + 1);
    expect(insightsOf([figures, later]).all?.errors).toEqual({ offline: 22, constructor: 5 });
  });
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
