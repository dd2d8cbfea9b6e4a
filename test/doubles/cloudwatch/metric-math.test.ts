/** Tests metric math where an alarm depends on it: missing data above all. */
import { expect, test } from "vitest";
import { evaluateMath } from "./metric-math.ts";

const range = { first: 1, last: 3 };
const series = (values: Record<number, number>) =>
  new Map(Object.entries(values).map(([period, value]) => [Number(period), value]));
const a = series({ 1: 1, 2: 5, 3: 0 });
const gappy = series({ 2: 7 });
const none = series({});
const result = (expression: string) =>
  Object.fromEntries(evaluateMath(expression, { a, gappy, none }, range));

test.each([
  ["a * 2 + 1", { 1: 3, 2: 11, 3: 1 }],
  ["(a + 1) * 2", { 1: 4, 2: 12, 3: 2 }],
  ["10 - a / 5", { 1: 9.8, 2: 9, 3: 10 }],
  ["a >= 1 AND a < 5", { 1: 1, 2: 0, 3: 0 }],
  ["a > 1 OR a <= 0", { 1: 0, 2: 1, 3: 1 }],
])("%s is computed period by period", (expression, expected) => {
  expect(result(expression)).toEqual(expected);
});

test("an operation needs both values: what one side lacks is missing in the result", () => {
  expect(result("a + gappy")).toEqual({ 2: 12 });
  expect(result("gappy >= 0 AND a < 9")).toEqual({ 2: 1 });
});

test("SUM and MAX go over what is there", () => {
  expect(result("SUM([a, gappy, none])")).toEqual({ 1: 1, 2: 12, 3: 0 });
  expect(result("MAX([a, gappy * 0])")).toEqual({ 1: 1, 2: 5, 3: 0 });
});

test("FILL closes gaps, but gives nothing to a metric without any data", () => {
  expect(result("FILL(gappy, 0)")).toEqual({ 1: 0, 2: 7, 3: 0 });
  expect(result("FILL(none, 0)")).toEqual({});
});

test("IF is missing where its condition is, or what it chooses", () => {
  expect(result("IF(gappy > 1, 1, 0)")).toEqual({ 2: 1 });
  expect(result("IF(a >= 1, gappy, 9)")).toEqual({ 2: 7, 3: 9 });
});

test.each([
  ["a +", "there is no metric"],
  ["a a", "left over"],
  ["b", "there is no metric b"],
  ["AVG(a)", "no function AVG"],
  ["SUM(a)", "[ is missing"],
  ["SUM([1])", "a time series belongs"],
  ["IF(a, 1", ") is missing before the end"],
  ["1 + 1", "is a number"],
])("%s is refused", (expression, why) => {
  expect(() => result(expression)).toThrow(why);
});
