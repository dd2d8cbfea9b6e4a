import { afterEach, expect, test, vi } from "vitest";
import { browserStorage, keepPreferences, readPreferences, type Storage } from "./preferences.ts";

afterEach(() => vi.unstubAllGlobals());

function memory(start?: string): Storage {
  const kept = new Map<string, string>(start === undefined ? [] : [["shoal-preferences", start]]);
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

const random = () => 0.42;

test("on a first visit the panel is closed, no mode is chosen, and a number is drawn", () => {
  expect(readPreferences(memory(), random)).toEqual({ panelOpen: false, sharing: null, draw: 0.42 });
});

test("a choice is kept for the next visit", () => {
  const storage = memory();
  keepPreferences(storage, { sharing: "leech" });
  keepPreferences(storage, { panelOpen: true });
  expect(readPreferences(storage, random)).toEqual({ panelOpen: true, sharing: "leech", draw: 0.42 });
});

test("a number is drawn only once", () => {
  const storage = memory();
  keepPreferences(storage, { draw: 0.9 });
  expect(readPreferences(storage, random).draw).toBe(0.9);
});

test.each(["not JSON", "null", '{"sharing":"always","panelOpen":"yes"}'])(
  "%s counts as no preferences",
  (text) => {
    expect(readPreferences(memory(text), random)).toEqual({ panelOpen: false, sharing: null, draw: 0.42 });
  },
);

test("a browser without room still accepts the choice", () => {
  vi.spyOn(console, "info").mockImplementationOnce(() => {});
  const full: Storage = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  expect(() => keepPreferences(full, { panelOpen: true })).not.toThrow();
});

test("the browser's storage is used where it is allowed", () => {
  const storage = memory();
  vi.stubGlobal("localStorage", storage);
  expect(browserStorage()).toBe(storage);
});

test("there is no storage where the browser forbids it", () => {
  vi.stubGlobal("localStorage", undefined);
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => {
      throw new DOMException("forbidden", "SecurityError");
    },
  });
  expect(browserStorage()).toBeNull();
});

test("without storage a visit has its own preferences", () => {
  keepPreferences(null, { panelOpen: true });
  expect(readPreferences(null, random)).toEqual({ panelOpen: false, sharing: null, draw: 0.42 });
});
