import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Healing, retryDelaySeconds } from "./healing.ts";
import type { Trouble } from "./session.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("retries come ever later, never more than twelve seconds apart", () => {
  const delays = [1, 2, 3, 4, 5, 6, 20].map((failures) => retryDelaySeconds(failures, 0.5));
  expect(delays).toEqual([0.5, 1, 2, 4, 8, 8, 8]);
  expect(retryDelaySeconds(20, 0.999)).toBeLessThan(12);
});

test("chance spreads a retry by half in either direction", () => {
  expect(retryDelaySeconds(3, 0)).toBe(1);
  expect(retryDelaySeconds(3, 0.999)).toBeCloseTo(3, 1);
});

test("trouble is told with the seconds until the retry, and healed when things work again", () => {
  const told: (Trouble | null)[] = [];
  const healing = new Healing((trouble) => told.push(trouble));
  const retry = vi.fn();
  healing.retryLater("cdn-failing", "503", retry);
  expect(told[0]?.kind).toBe("cdn-failing");
  expect(told[0]?.retryInSeconds).toBeGreaterThan(0);
  vi.advanceTimersByTime(1000);
  expect(retry).toHaveBeenCalledOnce();
  healing.healed();
  expect(told.at(-1)).toBeNull();
});

test("what works while a retry is still due heals nothing yet", () => {
  const told: (Trouble | null)[] = [];
  const healing = new Healing((trouble) => told.push(trouble));
  healing.retryLater("cdn-failing", "503", () => {});
  healing.healed();
  expect(healing.trouble?.kind).toBe("cdn-failing");
});

test("a retry brought forward isn't made twice", () => {
  const healing = new Healing(() => {});
  const retry = vi.fn();
  healing.retryLater("offline", "no network", retry);
  healing.retryNow();
  healing.retryNow();
  vi.advanceTimersByTime(9_000);
  expect(retry).toHaveBeenCalledOnce();
});

test("a retry that nothing is heard of is made again, until something works", () => {
  const healing = new Healing(() => {});
  const retry = vi.fn();
  healing.retryLater("cdn-failing", "503", retry);
  vi.advanceTimersByTime(60_000);
  expect(retry.mock.calls.length).toBeGreaterThanOrEqual(3);
  expect(retry.mock.calls.length).toBeLessThanOrEqual(6);
  healing.healed();
  retry.mockClear();
  vi.advanceTimersByTime(60_000);
  expect(retry).not.toHaveBeenCalled();
});

test("a retry that fails anew is made when the failure says, and not beside it", () => {
  const healing = new Healing(() => {});
  const retry = vi.fn(() => {
    if (retry.mock.calls.length < 5) healing.retryLater("cdn-failing", "503", retry);
    else healing.healed();
  });
  healing.retryLater("cdn-failing", "503", retry);
  vi.advanceTimersByTime(120_000);
  expect(retry).toHaveBeenCalledTimes(5);
});

test("nothing is told again when nothing was wrong", () => {
  const tell = vi.fn();
  new Healing(tell).healed();
  expect(tell).not.toHaveBeenCalled();
});

test("after the end no retry is made", () => {
  const healing = new Healing(() => {});
  const retry = vi.fn();
  healing.retryLater("offline", "no network", retry);
  healing.destroy();
  vi.advanceTimersByTime(20_000);
  expect(retry).not.toHaveBeenCalled();
});
