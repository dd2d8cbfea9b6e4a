import { expect, test, vi } from "vitest";
import { keepPreferences, readPreferences, type Storage } from "./preferences.ts";

function memory(start?: string): Storage {
  const kept = new Map<string, string>(start === undefined ? [] : [["shoal-preferences", start]]);
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

const draw = () => 0.42;

test("a first visit has the panel folded, sharing undecided and a lot drawn", () => {
  expect(readPreferences(memory(), draw)).toEqual({ panelOpen: false, sharing: null, lot: 0.42 });
});

test("what was chosen is there at the next visit", () => {
  const storage = memory();
  keepPreferences(storage, { sharing: "leech" });
  keepPreferences(storage, { panelOpen: true });
  expect(readPreferences(storage, draw)).toEqual({ panelOpen: true, sharing: "leech", lot: 0.42 });
});

test("a lot that was kept isn't drawn again", () => {
  const storage = memory();
  keepPreferences(storage, { lot: 0.9 });
  expect(readPreferences(storage, draw).lot).toBe(0.9);
});

test.each(["not JSON", "null", '{"sharing":"always","panelOpen":"yes"}'])(
  "%s counts as nothing kept",
  (text) => {
    expect(readPreferences(memory(text), draw)).toEqual({ panelOpen: false, sharing: null, lot: 0.42 });
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
