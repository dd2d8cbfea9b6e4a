/** DynamoDB on this machine: dynalite with the template's tables. It has no transactions, streams or TTL deletion. */

import { createServer } from "node:http";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { LOCAL_AWS } from "./aws-settings.ts";
import { listenOnLoopback } from "./loopback-server.ts";
import type { Table } from "./template/tables.ts";

export interface DynamoDb {
  readonly endpoint: string;
  /** How many requests there were of each operation, such as `PutItem`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Makes it unreachable, as in an outage: connections break and new ones are refused. Its data is kept. */
  goAway(): Promise<void>;
  /** Ends the outage, at the same address. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an empty DynamoDB on a free port of the loopback address and creates these tables in it. */
export async function startDynamoDb(tables: readonly Table[]): Promise<DynamoDb> {
  // dynalite's own listen and close would also open and drop its data.
  const database = dynalite({ createTableMs: 0 });
  const requests: Record<string, number> = {};
  const server = createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
    requests[operation] = (requests[operation] ?? 0) + 1;
    database.emit("request", request, response);
  });
  const { endpoint, stop } = await listenOnLoopback(server);
  await createTables(endpoint, tables);
  return {
    endpoint,
    requests,
    goAway: stop,
    comeBack: async () => void (await listenOnLoopback(server, Number(new URL(endpoint).port))),
    stop,
  };
}

async function createTables(endpoint: string, tables: readonly Table[]): Promise<void> {
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint });
  try {
    for (const { create } of tables) await client.send(new CreateTableCommand(create));
  } finally {
    client.destroy();
  }
}
