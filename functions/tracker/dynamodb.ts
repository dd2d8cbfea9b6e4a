/** The five operations of DynamoDB that the tracker uses. */
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Caller, openClient } from "./dynamodb-client.ts";

const COMMANDS = {
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  DeleteItem: DeleteItemCommand,
  Query: QueryCommand,
};

export type DynamoDb = Caller<keyof typeof COMMANDS>;

export function openDynamoDb(environment: NodeJS.ProcessEnv = process.env): DynamoDb {
  return openClient(COMMANDS, environment);
}
