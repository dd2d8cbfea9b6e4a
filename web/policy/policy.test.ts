import { expect, test } from "vitest";
import { readPolicy, wholePolicy } from "./policy.ts";

const written = { mode: "on", ramp: 1, consent: "ask", above: 10, control: 0.02, reach: "lan" } as const;

test("a deployment's policy is read as it is written", () => {
  expect(readPolicy(written)).toEqual(written);
});

test("an older deployment asks nobody, and has no threshold and no bounds", () => {
  const policy = { mode: "leech", ramp: 0.5, consent: "implied", above: 0, control: 0, reach: "world" };
  expect(readPolicy({ mode: "leech", ramp: 0.5 })).toEqual(policy);
  expect(wholePolicy({ mode: "leech", ramp: 0.5 })).toEqual(policy);
});

test("a newer deployment's unknown words are taken carefully", () => {
  const unknown = { mode: "on", ramp: 1, consent: "sign", above: "many", reach: "continent" };
  expect(readPolicy(unknown as never)).toEqual({
    mode: "on",
    ramp: 1,
    consent: "ask",
    above: Number.POSITIVE_INFINITY,
    control: 0,
    reach: "world",
  });
});
