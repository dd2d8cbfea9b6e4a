import { expect, test } from "vitest";
import { allowanceFor, type Circumstances } from "./allowance.ts";

const usual: Circumstances = {
  policy: { mode: "on", ramp: 1 },
  draw: 0.5,
  chosen: null,
  canConnect: true,
  isMetered: false,
  battery: null,
};

test("a viewer on an ordinary connection shares", () => {
  expect(allowanceFor(usual)).toEqual({ mode: "on", reason: "default" });
});

test("a viewer on a metered connection doesn't upload, unless they choose to", () => {
  expect(allowanceFor({ ...usual, isMetered: true })).toEqual({
    mode: "leech",
    reason: "metered-connection",
  });
  expect(allowanceFor({ ...usual, isMetered: true, chosen: "on" })).toEqual({ mode: "on", reason: "chosen" });
});

test("a viewer with less than a fifth of battery doesn't upload", () => {
  const battery = { level: 0.19, isCharging: false };
  expect(allowanceFor({ ...usual, battery })).toEqual({ mode: "leech", reason: "low-battery" });
});

test("a viewer whose battery is charging or has a fifth left shares", () => {
  for (const battery of [
    { level: 0.1, isCharging: true },
    { level: 0.2, isCharging: false },
  ]) {
    expect(allowanceFor({ ...usual, battery }).mode).toBe("on");
  }
});

test("a deployment that turns sharing off overrules the viewer's choice", () => {
  const policy = { mode: "off", ramp: 1 } as const;
  expect(allowanceFor({ ...usual, policy, chosen: "on" })).toEqual({ mode: "off", reason: "policy" });
});

test("a deployment that forbids uploads overrules viewers who would upload", () => {
  const policy = { mode: "leech", ramp: 1 } as const;
  expect(allowanceFor({ ...usual, policy, chosen: "on" })).toEqual({ mode: "leech", reason: "policy" });
  expect(allowanceFor({ ...usual, policy, chosen: "off" })).toEqual({ mode: "off", reason: "chosen" });
});

test("the ramp excludes viewers whose draw isn't below it", () => {
  const policy = { mode: "on", ramp: 0.5 } as const;
  expect(allowanceFor({ ...usual, policy, draw: 0.5 })).toEqual({ mode: "off", reason: "ramp" });
  expect(allowanceFor({ ...usual, policy, draw: 0.49 }).mode).toBe("on");
});

test("a viewer whose browser can't connect to others doesn't share, whatever was chosen", () => {
  const alone = { ...usual, canConnect: false, chosen: "on" as const };
  expect(allowanceFor(alone)).toEqual({ mode: "off", reason: "no-webrtc" });
});
