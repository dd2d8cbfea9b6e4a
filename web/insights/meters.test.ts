import { describe, expect, test } from "vitest";
import { FreezeMeter } from "./freeze-meter.ts";
import { GroupMeter } from "./group-meter.ts";
import { WatchMeter } from "./watch-meter.ts";
import { hasPrivacyControl, mayReport } from "./wish.ts";

describe("freezes", () => {
  /** A look every 100 ms, at these counts of frames; null where the picture needn't move. */
  const measured = (frames: readonly (number | null)[], everyMs = 100) => {
    const meter = new FreezeMeter();
    frames.forEach((count, index) => {
      meter.look({ atMs: index * everyMs, frames: count ?? 0, shouldMove: count !== null });
    });
    return [meter.freezes, meter.frozenMs];
  };
  test("are pictures that stand for a quarter of a second or longer", () => {
    expect(measured([1, 4, 7, 10])).toEqual([0, 0]);
    expect(measured([1, 4, 4, 4, 7])).toEqual([0, 0]);
    expect(measured([1, 4, 4, 4, 4, 7])).toEqual([1, 300]);
    expect(measured([1, 4, 4, 4, 4, 4, 4, 7, 7, 7, 7, 9])).toEqual([2, 800]);
  });
  test("aren't while the picture needn't move, nor what happened while nobody looked", () => {
    expect(measured([1, null, null, null, null, null, 1, 4])).toEqual([0, 0]);
    expect(measured([1, 1, 1], 2_000)).toEqual([0, 0]);
  });
});

test("the time watched is that of playing, without pauses and sleep", () => {
  const meter = new WatchMeter();
  for (const [at, isWatching] of [
    [0, false],
    [1_000, true],
    [2_000, true],
    [3_000, false],
    [9_000, true],
    [9_500, true],
    [500_000, true],
    [500_250, true],
  ] as const)
    meter.look(at, isWatching);
  expect(meter.watchedMs).toBe(1_750);
});

test("nothing is reported against the browser's or the viewer's will", () => {
  expect(mayReport({ hasPrivacyControl: false, viewer: true })).toBe(true);
  expect(mayReport({ hasPrivacyControl: true, viewer: true })).toBe(false);
  expect(mayReport({ hasPrivacyControl: false, viewer: false })).toBe(false);
  expect(hasPrivacyControl({ globalPrivacyControl: true })).toBe(true);
  expect(hasPrivacyControl({ globalPrivacyControl: false })).toBe(false);
  expect(hasPrivacyControl({})).toBe(false);
});

test("a viewer shares, shows how it goes without, or neither; the first look is since ever", () => {
  const meter = new GroupMeter();
  const groups = [
    ["on", "default", 5],
    ["leech", "low-battery", 6],
    ["off", "control", 7],
    ["off", "chosen", 8],
    ["off", "ramp", 9],
  ] as const;
  const found = groups.map(([mode, reason, at]) => {
    meter.look({ mode, reason }, at);
    return [meter.group, meter.since];
  });
  expect(found).toEqual([
    ["sharing", 0],
    ["sharing", 0],
    ["control", 7],
    ["none", 8],
    ["none", 8],
  ]);
});
