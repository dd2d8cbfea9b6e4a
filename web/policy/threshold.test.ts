import { expect, test } from "vitest";
import { isLargeEnough } from "./threshold.ts";

test.each([
  [1, 0, true],
  [9, 10, false],
  [10, 10, true],
])("%i viewers where it takes %i: they share: %s", (viewers, above, expected) => {
  expect(isLargeEnough(viewers, above)).toBe(expected);
});
