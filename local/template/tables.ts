// Reads the DynamoDB tables from the template.

import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { Template } from "../template.ts";

export interface Table {
  readonly id: string;
  readonly create: CreateTableCommandInput;
}

/** Every table, as the request that creates it. A table without a name of its own is called by its logical id. */
export function readTables(template: Template): Table[] {
  return template.resourcesOf("AWS::DynamoDB::Table").map(({ id, properties }) => ({
    id,
    create: {
      TableName: properties.at("TableName").text(id),
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: list(properties.at("AttributeDefinitions").raw),
      KeySchema: list(properties.at("KeySchema").raw),
      ...index("GlobalSecondaryIndexes", properties.at("GlobalSecondaryIndexes").raw),
      ...index("LocalSecondaryIndexes", properties.at("LocalSecondaryIndexes").raw),
    },
  }));
}

/** CloudFormation spells these lists as DynamoDB's API does; dynalite validates them item by item. */
function list<T>(raw: unknown): T[] {
  return Array.isArray(raw) ? raw : [];
}

function index(name: "GlobalSecondaryIndexes" | "LocalSecondaryIndexes", raw: unknown) {
  return raw === undefined ? {} : { [name]: list(raw) };
}
