import { describe, expect, test } from "vitest";
import { viewerId } from "../../test/doubles/reports.ts";
import { isAsked as isAskedInBrowser } from "../../web/insights/viewer-share.ts";
import { distinctOf, estimateDistinct, mergedDistinct } from "./distinct.ts";
import { countIn, mergedQuantiles, type Quantiles, quantile, withValue } from "./quantiles.ts";
import { isAsked, shareOf } from "./viewer-share.ts";

/** Numbers from 0 to 1, the same each time. */
function some(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}

describe("a viewer's share", () => {
  test("follows from its id alone, and is spread from 0 to 1", () => {
    expect(shareOf("AAAAAAAAAA")).toBe(0);
    expect(shareOf("__________")).toBeCloseTo(1, 6);
    expect(shareOf("gAAAAAAAAA")).toBe(0.5);
    for (const share of some(100)) expect(shareOf(viewerId(share))).toBeCloseTo(share, 6);
  });
  test("is the same for player and border", () => {
    for (const share of some(300)) {
      const viewer = viewerId(share);
      expect(isAskedInBrowser(viewer, 0.25)).toBe(isAsked(viewer, 0.25));
      expect(isAsked(viewer, 0.25)).toBe(shareOf(viewer) < 0.25);
    }
  });
});

describe("quantiles", () => {
  const of = (values: readonly number[]) => values.reduce<Quantiles>(withValue, {});
  test("are within 2 % of the truth, however they were put together", () => {
    const values = some(2_000).map((chance) => 200 * 50 ** chance);
    const merged = mergedQuantiles([of(values.slice(0, 700)), of(values.slice(700))]);
    expect(countIn(merged)).toBe(2_000);
    const sorted = values.toSorted((one, other) => one - other);
    for (const part of [0, 0.05, 0.5, 0.95, 0.99, 1]) {
      const truth = sorted[Math.floor(part * 1_999)] ?? 0;
      expect(Math.abs((quantile(merged, part) ?? 0) / truth - 1)).toBeLessThanOrEqual(0.02);
    }
  });
  test("of nothing are none, and none is beyond an hour", () => {
    expect(quantile({}, 0.5)).toBeNull();
    expect((quantile(of([1e12]), 0.5) ?? 0) / 3_600_000).toBeCloseTo(1, 1);
    expect(quantile(of([0]), 0.5)).toBeCloseTo(1, 1);
  });
  test("have some hundred buckets at most, whatever comes", () => {
    expect(Object.keys(of(some(2_000).map((chance) => 10 ** (12 * chance)))).length).toBeLessThan(390);
  });
});

describe("distinct viewers", () => {
  test("are counted once, exactly while they are few", () => {
    const one = distinctOf([0.25, 0.25, 0.5], 1);
    const other = distinctOf([0.5, 0.75], 1);
    expect(estimateDistinct(mergedDistinct([one, other]))).toEqual({ count: 3, error: 0 });
    expect(estimateDistinct(mergedDistinct([]))).toEqual({ count: 0, error: 0 });
  });
  test("of many are estimated within three standard errors, by 512 shares", () => {
    const shares = some(50_000);
    const merged = mergedDistinct([
      distinctOf(shares.slice(0, 30_000), 1),
      distinctOf(shares.slice(20_000), 1),
    ]);
    expect(merged.shares).toHaveLength(512);
    const { count, error } = estimateDistinct(merged);
    expect(error / count).toBeLessThan(0.05);
    expect(Math.abs(count - 50_000)).toBeLessThan(3 * error);
  });
  test("of two samples of different size are estimated without a bias", () => {
    const shares = some(2_000);
    const sample = (probability: number, from: readonly number[]) =>
      distinctOf(
        from.filter((share) => share < probability),
        probability,
      );
    const { count, error } = estimateDistinct(
      mergedDistinct([sample(0.25, shares.slice(0, 1_500)), sample(0.125, shares.slice(500))]),
    );
    expect(Math.abs(count - 2_000)).toBeLessThan(3 * error);
  });
});
