/** The three operations of DynamoDB that entering takes. */
import { PutItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Caller, openClient } from "../tracker/dynamodb-client.ts";

const COMMANDS = { PutItem: PutItemCommand, Query: QueryCommand, UpdateItem: UpdateItemCommand };

export type DynamoDb = Caller<keyof typeof COMMANDS>;

export function openDynamoDb(environment: NodeJS.ProcessEnv = process.env): DynamoDb {
  return openClient(COMMANDS, environment);
}
