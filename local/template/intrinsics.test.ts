import { describe, expect, test } from "vitest";
import { evaluate, holds, type Scope } from "./intrinsics.ts";

const yes = { "Fn::Equals": ["a", "a"] };
const no = { "Fn::Equals": ["a", "b"] };
const scope: Scope = {
  refs: { Name: "shoal" },
  attributes: { "Table.Arn": "table-arn" },
  mappings: { Heights: { small: { Top: 360 } } },
  conditions: {
    Yes: yes,
    Both: { "Fn::And": [{ Condition: "Yes" }, yes] },
    OneOfTwo: { "Fn::And": [yes, no] },
    Either: { "Fn::Or": [no, { Condition: "Yes" }] },
    Neither: { "Fn::Or": [no, no] },
  },
};

test.each([
  ["Both", true],
  ["OneOfTwo", false],
  ["Either", true],
  ["Neither", false],
])("the condition %s is %j", (name, isTrue) => {
  expect(holds(name, scope)).toBe(isTrue);
});

test("what is AWS::NoValue and nothing else is nothing", () => {
  expect(evaluate({ Ref: "AWS::NoValue" }, scope)).toBeUndefined();
});

test("GetAtt takes a list or one text with a dot", () => {
  expect(evaluate({ "Fn::GetAtt": ["Table", "Arn"] }, scope)).toBe("table-arn");
  expect(evaluate({ "Fn::GetAtt": "Table.Arn" }, scope)).toBe("table-arn");
});

test("joining a list that only exists in the cloud stays symbolic", () => {
  const zones = { "Fn::GetAtt": ["Network", "Zones"] };
  expect(evaluate({ "Fn::Join": [",", zones] }, scope)).toBe(`\${Network.Zones}`);
});

test("Base64 encodes what its argument evaluates to", () => {
  expect(evaluate({ "Fn::Base64": { Ref: "Name" } }, scope)).toBe(Buffer.from("shoal").toString("base64"));
});

test("a map whose only key is no intrinsic's name is a map", () => {
  expect(evaluate({ Name: { Ref: "Name" } }, scope)).toEqual({ Name: "shoal" });
});

describe("what can't be evaluated is refused by name:", () => {
  test("a condition that isn't there", () => {
    expect(() => holds("Maybe", scope)).toThrow("Condition Maybe is not in the template");
  });

  test("an intrinsic that only AWS can evaluate", () => {
    expect(() => evaluate({ "Fn::ImportValue": "x" }, scope)).toThrow("Fn::ImportValue is not an intrinsic");
  });

  test.each([
    [["Heights", "large", "Top"], "Heights.large.Top"],
    [["Heights", "small", "Top", "Deeper"], "Heights.small.Top.Deeper"],
  ])("a path %j that no mapping has", (path, name) => {
    expect(() => evaluate({ "Fn::FindInMap": path }, scope)).toThrow(`Mappings has no ${name}`);
  });

  test("an argument that should be a list", () => {
    expect(() => evaluate({ "Fn::Join": "a" }, scope)).toThrow('An intrinsic wants a list, not "a"');
  });
});
