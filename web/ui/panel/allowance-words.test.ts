import { expect, test } from "vitest";
import { allowanceWords, canChoose, guardWords, signatureWords, thresholdWords } from "./allowance-words.ts";

test("a viewer's own choice comes without a reason", () => {
  expect(allowanceWords({ mode: "leech", reason: "chosen" })).toBe(
    "You download from other viewers and upload nothing.",
  );
});

test("a mode that was chosen for the viewer comes with the reason", () => {
  expect(allowanceWords({ mode: "leech", reason: "metered-connection" })).toBe(
    "You download from other viewers and upload nothing. Your connection is metered.",
  );
});

test("a viewer can't choose where the channel doesn't share", () => {
  expect(canChoose({ mode: "off", reason: "policy" })).toBe(false);
});

test("a viewer can still turn sharing off where the channel only allows downloads", () => {
  expect(canChoose({ mode: "leech", reason: "policy" })).toBe(true);
});

test("a viewer can't choose where the page turns sharing off, and is told why", () => {
  expect(canChoose({ mode: "off", reason: "page" })).toBe(false);
  expect(canChoose({ mode: "leech", reason: "page" })).toBe(true);
  expect(allowanceWords({ mode: "off", reason: "page" })).toContain("This page limits sharing.");
});

test("a viewer who hasn't answered yet can choose in the panel", () => {
  expect(canChoose({ mode: "off", reason: "unasked" })).toBe(true);
  expect(allowanceWords({ mode: "off", reason: "unasked" })).toContain("unless you agree");
});

test("a viewer is told how many it takes to share, while they are fewer", () => {
  expect(thresholdWords("on", 2, 10)).toBe(
    "Sharing begins once 10 are watching in this quality. Until then nobody sees your address.",
  );
  expect([
    thresholdWords("on", 10, 10),
    thresholdWords("on", null, 10),
    thresholdWords("off", 2, 10),
  ]).toEqual(["", "", ""]);
});

test("a viewer outside the ramp can't choose", () => {
  expect(canChoose({ mode: "off", reason: "ramp" })).toBe(false);
});

test("a viewer in the control group can't choose, and is told that it is chance", () => {
  expect(canChoose({ mode: "off", reason: "control" })).toBe(false);
  expect(allowanceWords({ mode: "off", reason: "control" })).toMatch(/without sharing, chosen by chance\.$/);
});

test("a viewer without WebRTC can't choose, and is told why", () => {
  expect(canChoose({ mode: "off", reason: "no-webrtc" })).toBe(false);
  expect(allowanceWords({ mode: "off", reason: "no-webrtc" })).toContain("This browser can't connect");
});

test("a viewer is told that sharing is paused, and how far", () => {
  expect(guardWords("takes-only", "on")).toBe("Uploads paused to prevent stalls.");
  expect(guardWords("cdn-only", "on")).toBe("Sharing paused to prevent stalls.");
});

test.each([
  ["none", "on"],
  ["none", "leech"],
  ["takes-only", "leech"],
  ["takes-only", "off"],
  ["cdn-only", "off"],
] as const)(
  "a pause on the level %s says nothing in the mode %s, where it changes nothing",
  (level, mode) => {
    expect(guardWords(level, mode)).toBe("");
  },
);

test("a viewer reads why nothing is shared without signatures, unless sharing is off anyway", () => {
  expect(signatureWords("missing", "on")).toContain("signatures can't be reached");
  expect(signatureWords("none", "leech")).toContain("doesn't sign");
  expect(signatureWords("none", "off")).toBe("");
  expect([signatureWords("checked", "on"), signatureWords("unsigned", "on")]).toEqual(["", ""]);
});
