import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { makeStudioLink, openSession } from "./access.ts";
import type { Broadcast } from "./broadcast.ts";
import { endpointIn, Overtaken, openTable, type Table, tableFrom } from "./dynamodb.ts";
import { parseDetails } from "./event-details.ts";
import {
  readBroadcast,
  readPicture,
  readRecord,
  writeBroadcast,
  writeDetails,
  writePicture,
} from "./record.ts";

const details = parseDetails({ title: "A concert", address: "https://live.example.com/" });
const broadcast: Broadcast = {
  isRunning: true,
  pipelines: 1,
  waiting: [],
  hadPicture: false,
  changedAt: 5,
  stateAt: 5,
  alertsAt: {},
};
const CREDENTIALS = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

describe("in the template's table", () => {
  let tables: LocalTables;
  let table: Table;
  beforeAll(async () => {
    tables = await startTables();
    table = tables.channelTable;
  });
  afterAll(() => tables.stop());

  test("there is nothing at first", async () => {
    expect(await readRecord(table)).toEqual({ details: null, broadcast: null });
    expect(await readBroadcast(table)).toEqual({ value: null, version: 0 });
    expect(await readPicture(table, "nothing.png")).toBeNull();
  });

  test("what was written is read", async () => {
    const bytes = Buffer.from([1, 2, 3]);
    await Promise.all([
      writeDetails(table, details),
      writeBroadcast(table, broadcast, 0),
      writePicture(table, "a.png", bytes),
    ]);
    expect(await readRecord(table)).toEqual({ details, broadcast });
    expect(await readPicture(table, "a.png")).toEqual(bytes);
  });

  test("the link for the operator lets an owner into the studio, once", async () => {
    const link = new URL(await makeStudioLink(table, "a key", "https://live.example.com/"));
    const now = Math.floor(Date.now() / 1000);
    expect(link.origin + link.pathname).toBe("https://live.example.com/studio");
    expect(await openSession(table, link.hash.slice(1), "a device", now)).toMatchObject({ role: "owner" });
    expect(await openSession(table, link.hash.slice(1), "a device", now)).toBeNull();
  });

  test("a change to what somebody else has changed meanwhile is refused", async () => {
    const { version } = await readBroadcast(table);
    await writeBroadcast(table, { ...broadcast, changedAt: 6 }, version);
    await expect(writeBroadcast(table, broadcast, version)).rejects.toThrow(Overtaken);
    await expect(writeBroadcast(table, broadcast, 0)).rejects.toThrow(Overtaken);
    expect(await readBroadcast(table)).toMatchObject({ value: { changedAt: 6 }, version: version + 1 });
  });

  test("what DynamoDB refuses is told in its words", async () => {
    const other = openTable({ ...LOCAL_AWS, name: "Another", endpoint: tables.endpoint });
    await expect(readRecord(other)).rejects.toThrow(/DynamoDB refuses: .*ResourceNotFound/);
  });
});

/** A DynamoDB that answers as it is told, one after the other. */
async function answering(
  ...answers: readonly [status: number, body: string][]
): Promise<[Table, Server, string[]]> {
  const waiting = [...answers];
  const targets: string[] = [];
  const server = createServer((request, response) => {
    targets.push(String(request.headers["x-amz-target"]));
    const [status, body] = waiting.shift() ?? [0, ""];
    if (status === 0) return void request.socket.destroy();
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = {
    ...CREDENTIALS,
    AWS_SESSION_TOKEN: "token",
    CHANNEL_TABLE: "T",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  };
  return [tableFrom(environment), server, targets];
}

test("a broken connection and an outage are tried once more", async () => {
  const [table, , targets] = await answering([0, ""], [200, "{}"], [500, "oops"], [200, "{}"]);
  expect(await readPicture(table, "a.png")).toBeNull();
  expect(await readPicture(table, "a.png")).toBeNull();
  expect(targets).toEqual(Array(4).fill("DynamoDB_20120810.GetItem"));
});

test("what goes on is told", async () => {
  const [table] = await answering([0, ""], [0, ""], [500, "oops"], [503, "still"]);
  await expect(readPicture(table, "a.png")).rejects.toThrow("fetch failed");
  await expect(readPicture(table, "a.png")).rejects.toThrow("DynamoDB refuses: still");
});

test("a function's table follows from its environment", () => {
  expect(tableFrom({ ...CREDENTIALS, CHANNEL_TABLE: "T" })).toMatchObject({
    name: "T",
    endpoint: endpointIn("us-east-1"),
  });
  expect(() => tableFrom(CREDENTIALS)).toThrow("CHANNEL_TABLE");
});
