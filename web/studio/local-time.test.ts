import { expect, test } from "vitest";
import { deviceName, instantOf, localTimeOf } from "./local-time.ts";

test("an instant survives the field, in whatever zone the browser is", () => {
  for (const instant of ["2026-12-01T19:00:00.000Z", "2026-06-01T03:05:00.000Z"])
    expect(instantOf(localTimeOf(instant))).toBe(instant);
  expect(localTimeOf("2026-06-01T03:05:00.000Z")).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d$/);
});

test("no time is no time", () => {
  expect(localTimeOf(null)).toBe("");
  expect(instantOf("")).toBeNull();
});

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Chrome on Windows",
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on macOS"],
  ["Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/141.0", "Firefox on Windows"],
  ["Edg/140.0", "Edge"],
  ["curl", "A browser"],
])("%s is known as %s", (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});
