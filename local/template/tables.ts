/** Reads the DynamoDB tables from the template. */

import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { Template } from "../template.ts";
import type { Value } from "./value.ts";

export interface Table {
  readonly id: string;
  readonly create: CreateTableCommandInput;
}

/** Every table, as the request that creates it. A table without a name is named by its logical id. */
export function readTables(template: Template): Table[] {
  return template.resourcesOf("AWS::DynamoDB::Table").map(({ id, properties }) => ({
    id,
    create: {
      TableName: properties.at("TableName").text(id),
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: list(properties.at("AttributeDefinitions")),
      KeySchema: list(properties.at("KeySchema")),
      ...index("GlobalSecondaryIndexes", properties),
      ...index("LocalSecondaryIndexes", properties),
    },
  }));
}

/** CloudFormation spells these lists as DynamoDB's API does; dynalite validates them item by item. */
function list<T>(value: Value): T[] {
  return value.list().map(({ raw }) => raw as T);
}

function index(name: "GlobalSecondaryIndexes" | "LocalSecondaryIndexes", properties: Value) {
  return properties.at(name).exists ? { [name]: list(properties.at(name)) } : {};
}
