import { expect, test } from "vitest";
import { Template } from "../template.ts";
import { readTables } from "./tables.ts";

const TEXT = `
Resources:
  Plain:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Indexed:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: by-name
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      GlobalSecondaryIndexes: [{ IndexName: names }]
`;
const [plain, indexed] = readTables(new Template(TEXT));

test("a table is created with the keys that the template gives it", () => {
  expect(plain?.create).toEqual({
    TableName: "Plain",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
});

test("a table with a name of its own goes by it", () => {
  expect(indexed).toMatchObject({ id: "Indexed", create: { TableName: "by-name" } });
});

test("a table's indexes are created with it", () => {
  expect(indexed?.create.GlobalSecondaryIndexes).toEqual([{ IndexName: "names" }]);
});
