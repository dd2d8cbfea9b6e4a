import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { browserUplinkMemory } from "./uplink-memory.ts";

const { known: rememberedUplink, keep: rememberUplink, forget: forgetUplink } = browserUplinkMemory;

const KEY = "shoal-uplink";
let kept: Map<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  kept = new Map();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("the uplink is remembered for an hour", () => {
  expect(rememberedUplink()).toBeNull();
  rememberUplink(1_500_000);
  vi.advanceTimersByTime(59 * 60_000);
  expect(rememberedUplink()).toBe(1_500_000);
  vi.advanceTimersByTime(60_000);
  expect(rememberedUplink()).toBeNull();
});

test("it is forgotten when asked", () => {
  rememberUplink(1_500_000);
  forgetUplink();
  expect(rememberedUplink()).toBeNull();
});

test("a clock that was set back forgets it", () => {
  rememberUplink(1_500_000);
  vi.setSystemTime(Date.now() - 1000);
  expect(rememberedUplink()).toBeNull();
});

test.each([
  "not JSON",
  "null",
  "{}",
  '{"bitsPerSecond":-1,"at":0}',
  '{"bitsPerSecond":"much","at":0}',
  '{"bitsPerSecond":1e999,"at":0}',
])("%s counts as nothing remembered", (text) => {
  vi.setSystemTime(1000);
  kept.set(KEY, text);
  expect(rememberedUplink()).toBeNull();
});

test("a browser that forbids storage remembers nothing, and nothing fails", () => {
  vi.stubGlobal("localStorage", undefined);
  expect(() => rememberUplink(1_500_000)).not.toThrow();
  expect(() => forgetUplink()).not.toThrow();
  expect(rememberedUplink()).toBeNull();
});
