import { expect, test } from "vitest";
import { chanceOfAtMost } from "./hypergeometric.ts";

test("Fisher's lady who tasted tea: of eight cups four with the milk first, one of 70 draws has none of them", () => {
  const draw = { all: 8, marked: 4, drawn: 4 };
  expect(chanceOfAtMost(0, draw)).toBeCloseTo(1 / 70, 12);
  expect(chanceOfAtMost(1, draw)).toBeCloseTo(17 / 70, 12);
  expect(chanceOfAtMost(4, draw)).toBeCloseTo(1, 12);
});

/** Chances of the hypergeometric distribution, multiplied out without a factorial. */
test.each([
  [0, { all: 1_000, marked: 600, drawn: 20 }],
  [0, { all: 4_000, marked: 2_000, drawn: 80 }],
])("of %i found of a large audience, as multiplied out", (found, draw) => {
  let chance = 1;
  for (let each = 0; each < draw.drawn; each++) chance *= (draw.all - draw.marked - each) / (draw.all - each);
  expect(chanceOfAtMost(found, draw) / chance).toBeCloseTo(1, 9);
});

test("what can't be otherwise is certain, and what can't be is impossible", () => {
  expect(chanceOfAtMost(3, { all: 10, marked: 10, drawn: 3 })).toBeCloseTo(1, 12);
  expect(chanceOfAtMost(2, { all: 10, marked: 10, drawn: 3 })).toBe(0);
  expect(chanceOfAtMost(0, { all: 10, marked: 0, drawn: 3 })).toBeCloseTo(1, 12);
});
