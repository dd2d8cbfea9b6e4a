import { afterEach, expect, test, vi } from "vitest";
import { browserStorage, keepPreferences, readPreferences, type Storage } from "./preferences.ts";

afterEach(() => vi.unstubAllGlobals());

function memory(start?: string): Storage {
  const kept = new Map<string, string>(start === undefined ? [] : [["shoal-preferences", start]]);
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

const random = () => 0.42;
const FIRST_VISIT = {
  panelOpen: false,
  sharing: null,
  told: false,
  agreed: false,
  reports: true,
  draw: 0.42,
};

test("on a first visit the panel is closed, no mode is chosen, and a number is drawn", () => {
  expect(readPreferences(memory(), random)).toEqual(FIRST_VISIT);
});

test("a choice is kept for the next visit", () => {
  const storage = memory();
  keepPreferences(storage, { sharing: "leech" });
  keepPreferences(storage, { panelOpen: true });
  expect(readPreferences(storage, random)).toEqual({
    ...FIRST_VISIT,
    panelOpen: true,
    sharing: "leech",
  });
});

test("what a viewer was told and agreed to is kept, and nothing else passes for it", () => {
  const storage = memory();
  keepPreferences(storage, { told: true });
  keepPreferences(storage, { agreed: true });
  expect(readPreferences(storage, random)).toMatchObject({ told: true, agreed: true });
  expect(readPreferences(memory('{"told":1,"agreed":"yes","sharing":"on"}'), random)).toMatchObject({
    told: false,
    agreed: false,
  });
});

test("a number is drawn only once", () => {
  const storage = memory();
  keepPreferences(storage, { draw: 0.9 });
  expect(readPreferences(storage, random).draw).toBe(0.9);
});

test.each(["not JSON", "null", '{"sharing":"always","panelOpen":"yes"}'])(
  "%s counts as no preferences",
  (text) => {
    expect(readPreferences(memory(text), random)).toEqual(FIRST_VISIT);
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
  expect(readPreferences(null, random)).toEqual(FIRST_VISIT);
});
