import { expect, test } from "vitest";
import { allowanceFor, type Circumstances } from "./allowance.ts";

const usual: Circumstances = {
  policy: { mode: "on", ramp: 1 },
  lot: 0.5,
  chosen: null,
  isMetered: false,
  battery: null,
};

test("a viewer on an ordinary line shares", () => {
  expect(allowanceFor(usual)).toEqual({ mode: "on", reason: "default" });
});

test("a metered line takes but doesn't give, unless the viewer says otherwise", () => {
  expect(allowanceFor({ ...usual, isMetered: true })).toEqual({ mode: "leech", reason: "metered-line" });
  expect(allowanceFor({ ...usual, isMetered: true, chosen: "on" })).toEqual({ mode: "on", reason: "chosen" });
});

test("a battery under a fifth takes but doesn't give", () => {
  const battery = { level: 0.19, isCharging: false };
  expect(allowanceFor({ ...usual, battery })).toEqual({ mode: "leech", reason: "low-battery" });
});

test("a battery that charges, or has a fifth left, is no reason to hold back", () => {
  for (const battery of [
    { level: 0.1, isCharging: true },
    { level: 0.2, isCharging: false },
  ]) {
    expect(allowanceFor({ ...usual, battery }).mode).toBe("on");
  }
});

test("a deployment that switches sharing off beats the viewer's choice", () => {
  const policy = { mode: "off", ramp: 1 } as const;
  expect(allowanceFor({ ...usual, policy, chosen: "on" })).toEqual({ mode: "off", reason: "policy" });
});

test("a deployment that only lets viewers take bounds those who would give", () => {
  const policy = { mode: "leech", ramp: 1 } as const;
  expect(allowanceFor({ ...usual, policy, chosen: "on" })).toEqual({ mode: "leech", reason: "policy" });
  expect(allowanceFor({ ...usual, policy, chosen: "off" })).toEqual({ mode: "off", reason: "chosen" });
});

test("the ramp leaves out those whose lot lies beyond it", () => {
  const policy = { mode: "on", ramp: 0.5 } as const;
  expect(allowanceFor({ ...usual, policy, lot: 0.5 })).toEqual({ mode: "off", reason: "ramp" });
  expect(allowanceFor({ ...usual, policy, lot: 0.49 }).mode).toBe("on");
});
