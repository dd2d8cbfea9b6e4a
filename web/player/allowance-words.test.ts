import { expect, test } from "vitest";
import { allowanceWords, canChoose } from "./allowance-words.ts";

test("a viewer's own choice needs no reason", () => {
  expect(allowanceWords({ mode: "leech", reason: "chosen" })).toBe(
    "You take from other viewers and give nothing.",
  );
});

test("what was decided for the viewer says why", () => {
  expect(allowanceWords({ mode: "leech", reason: "metered-line" })).toBe(
    "You take from other viewers and give nothing. Your line counts data.",
  );
});

test("where the channel doesn't share, there is nothing to choose", () => {
  expect(canChoose({ mode: "off", reason: "policy" })).toBe(false);
});

test("where the channel only lets viewers take, they can still take nothing", () => {
  expect(canChoose({ mode: "leech", reason: "policy" })).toBe(true);
});

test("who isn't among the viewers that share has nothing to choose", () => {
  expect(canChoose({ mode: "off", reason: "ramp" })).toBe(false);
});
