import { afterEach, expect, test, vi } from "vitest";
import { isMetered, watchDevice } from "./device.ts";

afterEach(() => vi.unstubAllGlobals());

const connection = (known: object) => Object.assign(new EventTarget(), known);

test.each([
  [{ type: "cellular" }, true],
  [{ type: "wifi" }, false],
  [{ type: "wifi", saveData: true }, true],
  [{}, false],
])("is a connection with %o metered? %s", (known, expected) => {
  expect(isMetered({ connection: connection(known) })).toBe(expected);
});

test("a browser that doesn't know its connection isn't metered", () => {
  expect(isMetered({})).toBe(false);
});

test("the battery is reported once it is known, and when it changes", async () => {
  const battery = Object.assign(new EventTarget(), { level: 0.5, charging: false });
  vi.stubGlobal("navigator", { getBattery: async () => battery });
  const listener = vi.fn();
  watchDevice(listener, new AbortController().signal);
  await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(2));
  battery.level = 0.15;
  battery.dispatchEvent(new Event("levelchange"));
  expect(listener.mock.calls.map(([device]) => device.battery)).toEqual([
    null,
    { level: 0.5, isCharging: false },
    { level: 0.15, isCharging: false },
  ]);
});

test("a connection that becomes cellular is reported, until stopped", () => {
  const changing = connection({ type: "wifi" });
  vi.stubGlobal("navigator", { connection: changing });
  const listener = vi.fn();
  const stopped = new AbortController();
  watchDevice(listener, stopped.signal);
  Object.assign(changing, { type: "cellular" }).dispatchEvent(new Event("change"));
  stopped.abort();
  changing.dispatchEvent(new Event("change"));
  expect(listener.mock.calls.map(([device]) => device.isMetered)).toEqual([false, true]);
});

test("the connection is the browser's own by default", () => {
  vi.stubGlobal("navigator", { connection: connection({ saveData: true }) });
  expect(isMetered()).toBe(true);
});

test("a battery that is found too late isn't reported", async () => {
  const battery = Object.assign(new EventTarget(), { level: 0.5, charging: false });
  vi.stubGlobal("navigator", { getBattery: async () => battery });
  const listener = vi.fn();
  const stopped = new AbortController();
  watchDevice(listener, stopped.signal);
  stopped.abort();
  await new Promise((resolve) => setTimeout(resolve));
  expect(listener).toHaveBeenCalledOnce();
});

test("a battery that the page may not read stays unknown", async () => {
  vi.stubGlobal("navigator", { getBattery: () => Promise.reject(new DOMException("", "NotAllowedError")) });
  const listener = vi.fn();
  watchDevice(listener, new AbortController().signal);
  await new Promise((resolve) => setTimeout(resolve));
  expect(listener.mock.calls).toEqual([[{ isMetered: false, battery: null }]]);
});
