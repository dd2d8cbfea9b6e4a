import { expect, test, vi } from "vitest";
import { keepPreferences, readPreferences, type Storage } from "./preferences.ts";

function memory(start?: string): Storage {
  const kept = new Map<string, string>(start === undefined ? [] : [["shoal-preferences", start]]);
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test("a first visit has the panel folded and sharing undecided", () => {
  expect(readPreferences(memory())).toEqual({ panelOpen: false, sharing: null });
});

test("what was chosen is there at the next visit", () => {
  const storage = memory();
  keepPreferences(storage, { sharing: "leech" });
  keepPreferences(storage, { panelOpen: true });
  expect(readPreferences(storage)).toEqual({ panelOpen: true, sharing: "leech" });
});

test.each(["not JSON", "null", '{"sharing":"always","panelOpen":"yes"}'])(
  "%s counts as nothing kept",
  (text) => {
    expect(readPreferences(memory(text))).toEqual({ panelOpen: false, sharing: null });
  },
);

test("a browser that keeps nothing still takes the choice", () => {
  vi.spyOn(console, "info").mockImplementationOnce(() => {});
  const full: Storage = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  expect(() => keepPreferences(full, { panelOpen: true })).not.toThrow();
});
