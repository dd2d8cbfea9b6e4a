/** DynamoDB on this machine: dynalite with the template's tables. It has no transactions, streams or TTL deletion. */

import { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { LOCAL_AWS } from "./aws-settings.ts";
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
  const server = dynalite({ createTableMs: 0 });
  // dynalite's own listen and close would also open and drop its data.
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      Server.prototype.listen.call(server, { port, host: "127.0.0.1" }, () => resolve());
    });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      Server.prototype.close.call(server, () => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const requests: Record<string, number> = {};
  server.on("request", ({ headers }) => {
    const operation = String(headers["x-amz-target"]).replace(/^.*\./, "");
    requests[operation] = (requests[operation] ?? 0) + 1;
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await createTables(endpoint, tables);
  return { endpoint, requests, goAway: close, comeBack: () => listen(port), stop: close };
}

async function createTables(endpoint: string, tables: readonly Table[]): Promise<void> {
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint });
  try {
    for (const { create } of tables) await client.send(new CreateTableCommand(create));
  } finally {
    client.destroy();
  }
}
