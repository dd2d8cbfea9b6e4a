import { expect, test } from "vitest";
import { hashOf, isMoment, momentIn } from "./moment.ts";

test("a minute makes its way through an address", () => {
  expect(hashOf(29_400_000)).toBe("#at=2025-11-24T16:00Z");
  expect(momentIn(hashOf(29_400_000))).toBe(29_400_000);
});

test("what is no minute isn't taken for one, nor a link's token", () => {
  expect(["", "#at=yesterday", "#k3Jx0aQ9bZ"].map(momentIn)).toEqual([null, null, null]);
  expect(["#at=yesterday", "#k3Jx0aQ9bZ"].map(isMoment)).toEqual([true, false]);
});
