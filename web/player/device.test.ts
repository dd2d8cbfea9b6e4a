import { afterEach, expect, test, vi } from "vitest";
import { isMetered, watchDevice } from "./device.ts";

afterEach(() => vi.unstubAllGlobals());

const connection = (known: object) => Object.assign(new EventTarget(), known);

test.each([
  [{ type: "cellular" }, true],
  [{ type: "wifi" }, false],
  [{ type: "wifi", saveData: true }, true],
  [{}, false],
])("a connection that says %o is metered: %s", (known, expected) => {
  expect(isMetered({ connection: connection(known) })).toBe(expected);
});

test("a browser that says nothing of its line isn't metered", () => {
  expect(isMetered({})).toBe(false);
});

test("the battery is told as soon as it is known, and when it changes", async () => {
  const battery = Object.assign(new EventTarget(), { level: 0.5, charging: false });
  vi.stubGlobal("navigator", { getBattery: async () => battery });
  const told = vi.fn();
  watchDevice(told);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2));
  battery.level = 0.15;
  battery.dispatchEvent(new Event("levelchange"));
  expect(told.mock.calls.map(([device]) => device.battery)).toEqual([
    null,
    { level: 0.5, isCharging: false },
    { level: 0.15, isCharging: false },
  ]);
});

test("a line that becomes a mobile one is told, until stopped", () => {
  const line = connection({ type: "wifi" });
  vi.stubGlobal("navigator", { connection: line });
  const told = vi.fn();
  const stop = watchDevice(told);
  Object.assign(line, { type: "cellular" }).dispatchEvent(new Event("change"));
  stop();
  line.dispatchEvent(new Event("change"));
  expect(told.mock.calls.map(([device]) => device.isMetered)).toEqual([false, true]);
});
