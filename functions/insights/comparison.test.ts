import { expect, test } from "vitest";
import { keptReport, MINUTE, moment, NOW, viewerId } from "../../test/doubles/reports.ts";
import { addedUp, clustersOf, type Part } from "./clusters.ts";
import { comparisonOf } from "./comparison.ts";
import { figuresOf } from "./figures.ts";
import type { KeptReport } from "./kept-report.ts";
import { insightsOf } from "./rows.ts";

/** A viewer of this cluster. */
const viewer = (cluster: number, share = 0.1) => viewerId(share, 0.5, cluster);
const minute = (parts: readonly Part[], probability = 1) => ({ probability, clusters: clustersOf(parts) });
const starts = (group: Part["group"], values: readonly number[]): Part[] =>
  values.map((startMs, cluster) => ({ group, viewer: viewer(cluster), sums: { starts: 1, startMs } }));
const even = Array.from({ length: 16 }, (_, cluster) => 1_000 + 100 * (cluster % 2));

test("a mean's interval is that of a sample of 16, where each cluster has one viewer", () => {
  const { startSeconds } = comparisonOf([minute(starts("sharing", even))]);
  // Their standard deviation is 0.0516 s: 2.131 · 0.0516 / 4.
  expect(startSeconds.sharing?.value).toBeCloseTo(1.05, 9);
  expect(startSeconds.sharing?.within).toBeCloseTo(0.02751, 4);
  expect([startSeconds.control, startSeconds.difference]).toEqual([null, null]);
});

test("a difference has the variances of both groups", () => {
  const slower = even.map((each) => each + 500);
  const { startSeconds } = comparisonOf([minute([...starts("sharing", slower), ...starts("control", even)])]);
  expect(startSeconds.difference?.value).toBeCloseTo(0.5, 9);
  expect(startSeconds.difference?.within).toBeCloseTo(Math.SQRT2 * 0.02751, 4);
});

test("a small group is no surer than its size allows, also if all in it had the same", () => {
  const many = Array.from({ length: 10 }, () => starts("sharing", even)).flat();
  const same = starts(
    "control",
    even.map(() => 1_000),
  );
  const { startSeconds } = comparisonOf([minute([...many, ...same])]);
  // As of those who share, of whom it has a tenth.
  expect(startSeconds.control?.within).toBeCloseTo(Math.sqrt(10) * (startSeconds.sharing?.within ?? 0), 9);
});

test("a viewer has one chance, however many minutes tell of it: sums of a cluster add up", () => {
  const once = comparisonOf([minute(starts("sharing", even))]);
  const often = comparisonOf(Array.from({ length: 5 }, () => minute(starts("sharing", even), 0.5)));
  expect(often.startSeconds.sharing?.within).toBeCloseTo(once.startSeconds.sharing?.within ?? 0, 12);
  const sums = addedUp([
    { clusters: clustersOf(starts("sharing", [700])).sharing, probability: 0.5 },
    { clusters: [], probability: 1 },
  ]);
  expect(sums[0]).toMatchObject({ starts: 2, startMs: 1_400, delays: 0 });
});

test("too few viewers make no interval, and figures of before know no groups", () => {
  expect(comparisonOf([minute(starts("sharing", even.slice(0, 7)))]).startSeconds.sharing).toBeNull();
  expect(comparisonOf([{ probability: 1 }]).rebuffering).toEqual({
    sharing: null,
    control: null,
    difference: null,
  });
});

test("figures compare what viewers of both groups report, and nobody else's", () => {
  const of = (group: KeptReport["group"], share: number, changes: Partial<KeptReport> = {}) =>
    Array.from({ length: 16 }, (_, cluster) =>
      keptReport({
        viewer: viewer(cluster, share),
        group,
        isLast: true,
        startMs: 800,
        delayMs: 6_000,
        to: moment(NOW + 50_000, { watchedMs: 50_000, stalledMs: 500, frozenMs: 1_000 }),
        ...changes,
      }),
    );
  const failed = of("sharing", 0.4, {
    startMs: null,
    delayMs: null,
    to: moment(NOW + 9_000),
    errors: ["offline"],
  });
  const reports = [
    ...of("sharing", 0.1, { startMs: 1_800 }),
    ...failed,
    ...of("control", 0.2),
    ...of("none", 0.3, { startMs: 90_000, delayMs: 90_000 }),
  ];
  const { comparison } = insightsOf(figuresOf(reports, MINUTE, MINUTE));
  const values = Object.fromEntries(
    Object.entries(comparison).map(([name, { sharing, control }]) => [
      name,
      [sharing?.value, control?.value],
    ]),
  );
  expect(values).toEqual({
    startSeconds: [expect.closeTo(1.8, 9), expect.closeTo(0.8, 9)],
    delaySeconds: [6, 6],
    failedStarts: [0.5, 0],
    rebuffering: [0.01, 0.01],
    frozen: [0.02, 0.02],
  });
});
