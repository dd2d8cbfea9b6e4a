import { describe, expect, test } from "vitest";
import { Value } from "./value.ts";

const value = (raw: unknown) => new Value(raw, "Thing.Properties.Setting");

test.each([
  [true, true],
  ["true", true],
  [false, false],
  ["false", false],
])("%j as a flag is %j", (raw, flag) => {
  expect(value(raw).flag()).toBe(flag);
});

test("a number may be written as text", () => {
  expect(value("30").number()).toBe(30);
});

test("where nothing is written, a fallback holds", () => {
  expect(value(undefined).flag(true)).toBe(true);
  expect(value(null).number(7)).toBe(7);
  expect(value(undefined).text("x")).toBe("x");
});

test("where something is written, no fallback holds", () => {
  expect(value(false).flag(true)).toBe(false);
  expect(value(0).number(7)).toBe(0);
  expect(value("").text("x")).toBe("");
});

test("a list or a map that isn't there has nothing in it", () => {
  expect(value(undefined).list()).toEqual([]);
  expect(value(undefined).entries()).toEqual([]);
});

describe("what is of another kind is refused with where it stands, what it is and what it must be:", () => {
  test.each([
    ["a flag", "maybe", (one: Value) => one.flag(), "true or false"],
    ["a flag that is missing", undefined, (one: Value) => one.flag(), "true or false"],
    ["a number", "many", (one: Value) => one.number(), "a number"],
    ["a number of no digits", "", (one: Value) => one.number(), "a number"],
    ["a text", {}, (one: Value) => one.text(), "text"],
    ["a list", "one", (one: Value) => one.list(), "a list"],
    ["a map that is a list", ["one"], (one: Value) => one.entries(), "a map"],
    ["a map that is text", "one", (one: Value) => one.entries(), "a map"],
  ])("%s", (_, raw, read, wanted) => {
    const is = raw === undefined ? "is missing" : `is ${JSON.stringify(raw)}`;
    expect(() => read(value(raw))).toThrow(
      `template.yaml: Thing.Properties.Setting ${is}, but must be ${wanted}`,
    );
  });
});
