import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { LOCAL_AWS } from "./aws-settings.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { readTables } from "./template/tables.ts";
import { readTemplate } from "./template.ts";

async function startWithTables() {
  const tables = readTables(await readTemplate());
  const database = await startDynamoDb(tables);
  const client = new DynamoDBClient({
    ...LOCAL_AWS,
    endpoint: database.endpoint,
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await database.stop();
  });
  const Key = { ring: { S: "r" }, seat: { S: "s" } };
  return {
    database,
    put: () => client.send(new PutItemCommand({ TableName: "SeatsTable", Item: Key })),
    get: () => client.send(new GetItemCommand({ TableName: "SeatsTable", Key })),
  };
}

test("the template's tables are there", async () => {
  const { put, get } = await startWithTables();
  await put();
  expect((await get()).Item).toEqual({ ring: { S: "r" }, seat: { S: "s" } });
});

test("while away nothing gets through, and it comes back with what it held", async () => {
  const { database, put, get } = await startWithTables();
  await put();
  await database.goAway();
  await expect(get()).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
  await database.comeBack();
  expect((await get()).Item).toBeDefined();
});
