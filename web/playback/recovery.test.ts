import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { retryDelaySeconds } from "../sharing/retry-delay.ts";
import { Recovery } from "./recovery.ts";
import type { PlaybackError } from "./session.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("retries are ever further apart, by twelve seconds at most", () => {
  const delays = [1, 2, 3, 4, 5, 6, 20].map((failures) => retryDelaySeconds(failures, 0.5));
  expect(delays).toEqual([0.5, 1, 2, 4, 8, 8, 8]);
  expect(retryDelaySeconds(20, 0.999)).toBeLessThan(12);
});

test("the delay is spread at random by half in either direction", () => {
  expect(retryDelaySeconds(3, 0)).toBe(1);
  expect(retryDelaySeconds(3, 0.999)).toBeCloseTo(3, 1);
});

test("an error is reported with the seconds until the retry, and as over once something works", () => {
  const told: (PlaybackError | null)[] = [];
  const recovery = new Recovery((error) => told.push(error));
  const retry = vi.fn();
  recovery.retryLater("cdn-failing", "503", retry);
  expect(told[0]?.kind).toBe("cdn-failing");
  expect(told[0]?.retryInSeconds).toBeGreaterThan(0);
  vi.advanceTimersByTime(1000);
  expect(retry).toHaveBeenCalledOnce();
  recovery.recovered();
  expect(told.at(-1)).toBeNull();
});

test("an error isn't over while a retry is still due", () => {
  const told: (PlaybackError | null)[] = [];
  const recovery = new Recovery((error) => told.push(error));
  recovery.retryLater("cdn-failing", "503", () => {});
  recovery.recovered();
  expect(recovery.error?.kind).toBe("cdn-failing");
});

test("a retry brought forward isn't made twice", () => {
  const recovery = new Recovery(() => {});
  const retry = vi.fn();
  recovery.retryLater("offline", "no network", retry);
  recovery.retryNow();
  recovery.retryNow();
  vi.advanceTimersByTime(9_000);
  expect(retry).toHaveBeenCalledOnce();
});

test("a retry without an outcome is repeated until something works", () => {
  const recovery = new Recovery(() => {});
  const retry = vi.fn();
  recovery.retryLater("cdn-failing", "503", retry);
  vi.advanceTimersByTime(60_000);
  expect(retry.mock.calls.length).toBeGreaterThanOrEqual(3);
  expect(retry.mock.calls.length).toBeLessThanOrEqual(6);
  recovery.recovered();
  retry.mockClear();
  vi.advanceTimersByTime(60_000);
  expect(retry).not.toHaveBeenCalled();
});

test("a retry that fails is repeated once, after the new delay", () => {
  const recovery = new Recovery(() => {});
  const retry = vi.fn(() => {
    if (retry.mock.calls.length < 5) recovery.retryLater("cdn-failing", "503", retry);
    else recovery.recovered();
  });
  recovery.retryLater("cdn-failing", "503", retry);
  vi.advanceTimersByTime(120_000);
  expect(retry).toHaveBeenCalledTimes(5);
});

test("nothing is reported when nothing was wrong", () => {
  const tell = vi.fn();
  new Recovery(tell).recovered();
  expect(tell).not.toHaveBeenCalled();
});

test("after destroy() there is no retry", () => {
  const recovery = new Recovery(() => {});
  const retry = vi.fn();
  recovery.retryLater("offline", "no network", retry);
  recovery.destroy();
  vi.advanceTimersByTime(20_000);
  expect(retry).not.toHaveBeenCalled();
});
