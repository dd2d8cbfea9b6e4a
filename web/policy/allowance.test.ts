import { describe, expect, test } from "vitest";
import { allowanceFor, type Circumstances } from "./allowance.ts";

const usual: Circumstances = {
  policy: { mode: "on", ramp: 1, consent: "implied", above: 0, control: 0.02, reach: "world" },
  limit: "on",
  draw: 0.5,
  guarded: 1,
  isControl: false,
  chosen: null,
  told: false,
  agreed: false,
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
  const policy = { ...usual.policy, mode: "off" } as const;
  expect(allowanceFor({ ...usual, policy, chosen: "on" })).toEqual({ mode: "off", reason: "policy" });
});

test("a deployment that forbids uploads overrules viewers who would upload", () => {
  const policy = { ...usual.policy, mode: "leech" } as const;
  expect(allowanceFor({ ...usual, policy, chosen: "on" })).toEqual({ mode: "leech", reason: "policy" });
  expect(allowanceFor({ ...usual, policy, chosen: "off" })).toEqual({ mode: "off", reason: "chosen" });
});

test("the ramp excludes viewers whose draw isn't below it", () => {
  const policy = { ...usual.policy, ramp: 0.5 };
  expect(allowanceFor({ ...usual, policy, draw: 0.5 })).toEqual({ mode: "off", reason: "ramp" });
  expect(allowanceFor({ ...usual, policy, draw: 0.49 }).mode).toBe("on");
});

test("a viewer whose browser can't connect to others doesn't share, whatever was chosen", () => {
  const alone = { ...usual, canConnect: false, chosen: "on" as const };
  expect(allowanceFor(alone)).toEqual({ mode: "off", reason: "no-webrtc" });
});

describe("a page", () => {
  const off = { mode: "off", reason: "page" };

  test("lowers what a viewer chose", () => {
    expect(allowanceFor({ ...usual, chosen: "on", limit: "leech" })).toEqual({
      mode: "leech",
      reason: "page",
    });
    expect(allowanceFor({ ...usual, chosen: "on", limit: "off" })).toEqual(off);
  });

  test.each(["off", "leech"] as const)("never raises %s, which the viewer chose", (chosen) => {
    expect(allowanceFor({ ...usual, chosen, limit: "on" })).toEqual({ mode: chosen, reason: "chosen" });
  });

  test("never raises what the deployment allows", () => {
    const policy = { ...usual.policy, mode: "leech" } as const;
    expect(allowanceFor({ ...usual, policy, limit: "on" })).toEqual({ mode: "leech", reason: "policy" });
  });

  test("that turns sharing off has nothing to ask", () => {
    const policy = { ...usual.policy, consent: "ask" } as const;
    expect(allowanceFor({ ...usual, policy, limit: "off" })).toEqual(off);
  });
});

describe("where viewers are asked", () => {
  const asked = { ...usual, policy: { ...usual.policy, consent: "ask" } } as const;

  test("nobody shares before a yes", () => {
    expect(allowanceFor(asked)).toEqual({ mode: "off", reason: "unasked" });
    expect(allowanceFor({ ...asked, told: true })).toEqual({ mode: "off", reason: "unasked" });
  });

  test("a mode that was set on an earlier visit is no yes", () => {
    expect(allowanceFor({ ...asked, chosen: "on" })).toEqual({ mode: "off", reason: "unasked" });
  });

  test("who agreed shares as anybody does", () => {
    expect(allowanceFor({ ...asked, agreed: true })).toEqual({ mode: "on", reason: "default" });
    expect(allowanceFor({ ...asked, agreed: true, isMetered: true }).mode).toBe("leech");
  });

  test("who chose off isn't asked", () => {
    expect(allowanceFor({ ...asked, chosen: "off" })).toEqual({ mode: "off", reason: "chosen" });
  });
});

describe("where viewers are told", () => {
  const toTell = { ...usual, policy: { ...usual.policy, consent: "notice" } } as const;

  test("nobody shares before the notice is there", () => {
    expect(allowanceFor(toTell)).toEqual({ mode: "off", reason: "untold" });
  });

  test.each([{ told: true }, { agreed: true }])("a viewer who was %o shares", (heard) => {
    expect(allowanceFor({ ...toTell, ...heard })).toEqual({ mode: "on", reason: "default" });
  });
});

test("who would share and is in the control group doesn't, whatever they choose; nobody else is in it", () => {
  const control = { ...usual, isControl: true };
  for (const chosen of [null, "on", "leech"] as const)
    expect(allowanceFor({ ...control, chosen })).toEqual({ mode: "off", reason: "control" });
  expect(allowanceFor({ ...control, isMetered: true }).reason).toBe("control");
  expect(allowanceFor({ ...control, chosen: "off" }).reason).toBe("chosen");
  expect(allowanceFor({ ...control, canConnect: false }).reason).toBe("no-webrtc");
  expect(allowanceFor({ ...control, policy: { ...usual.policy, consent: "ask" } }).reason).toBe("unasked");
});

test("SharingGuard's ramp holds beside the deployment's, the lower of the two", () => {
  expect(allowanceFor({ ...usual, guarded: 0.5 })).toEqual({ mode: "off", reason: "ramp" });
  expect(allowanceFor({ ...usual, guarded: 0.51 }).mode).toBe("on");
  expect(allowanceFor({ ...usual, policy: { ...usual.policy, ramp: 0.25 } }).reason).toBe("ramp");
});
