/** Every resource of the template, held against CloudFormation's schema database. */

import { describe, expect, test } from "vitest";
import { Schemas } from "./template/schema.ts";
import { resources } from "./template/source.ts";

const schemas = await Schemas.load();
const published = resources.filter(([, { Type }]) => !Type.startsWith("Custom::"));

describe("CloudFormation knows", () => {
  test.each(published)("%s and all of its properties", (_id, { Type, Properties = {} }) => {
    expect(schemas.complaints(Type, Properties)).toEqual([]);
  });
});

describe("the comparison notices", () => {
  const TABLE = "AWS::DynamoDB::Table";
  test("a type that doesn't exist", () => {
    expect(schemas.complaints("AWS::DynamoDB::Chair", {})).toHaveLength(1);
  });
  test("a property that doesn't exist, however deep", () => {
    const properties = { KeySchema: [{ AttributeName: "ring", KeyType: "HASH", Colour: "red" }] };
    expect(schemas.complaints(TABLE, properties)).toEqual(["Properties.KeySchema[0].Colour doesn't exist"]);
  });
  test("a property that is required and missing", () => {
    expect(schemas.complaints(TABLE, {})).toEqual(["Properties.KeySchema is required"]);
  });
  test("a mistake in either branch of an If", () => {
    const properties = {
      KeySchema: { "Fn::If": ["Condition", [{ AttributeName: "a", KeyType: "HASH" }], [{ Name: "a" }]] },
    };
    expect(schemas.complaints(TABLE, properties)).toContain("Properties.KeySchema[0].Name doesn't exist");
  });
});
