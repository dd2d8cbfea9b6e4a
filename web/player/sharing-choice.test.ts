import { afterEach, expect, test, vi } from "vitest";
import type { Storage } from "./preferences.ts";
import { SharingChoice } from "./sharing-choice.ts";

afterEach(() => vi.unstubAllGlobals());

const everyone = { mode: "on", ramp: 1 } as const;

function memory(): Storage {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test("a choice holds for the next visit", () => {
  vi.stubGlobal("navigator", {});
  const storage = memory();
  new SharingChoice(everyone, storage).choose("off");
  expect(new SharingChoice(everyone, storage).allowance).toEqual({ mode: "off", reason: "chosen" });
});

test("a viewer draws one lot for all visits", () => {
  vi.stubGlobal("navigator", {});
  const storage = memory();
  const half = { mode: "on", ramp: 0.5 } as const;
  const visits = Array.from({ length: 20 }, () => new SharingChoice(half, storage).allowance.mode);
  expect(new Set(visits).size).toBe(1);
});

test("a line that becomes a mobile one is settled as only taking", () => {
  const connection = Object.assign(new EventTarget(), { type: "wifi" });
  vi.stubGlobal("navigator", { connection });
  const settled = vi.fn();
  new SharingChoice(everyone, memory()).watch(settled);
  Object.assign(connection, { type: "cellular" }).dispatchEvent(new Event("change"));
  expect(settled.mock.calls.map(([{ mode }]) => mode)).toEqual(["on", "leech"]);
});

test("a viewer's choice outlives a change of line", () => {
  const connection = Object.assign(new EventTarget(), { type: "wifi" });
  vi.stubGlobal("navigator", { connection });
  const choice = new SharingChoice(everyone, memory());
  choice.watch(() => {});
  choice.choose("on");
  Object.assign(connection, { type: "cellular" }).dispatchEvent(new Event("change"));
  expect(choice.allowance).toEqual({ mode: "on", reason: "chosen" });
});
