/** Tests what can happen only in DynamoDB: items that disappear at different times, and writes that are throttled. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalTables, SEATS_TABLE, startTables } from "../../test/doubles/local-tables.ts";
import { type DynamoDb, openDynamoDb } from "./dynamodb.ts";
import { lanKey, netKey, worldKey } from "./seat-items.ts";
import { type Connection, type Seat, Throttled } from "./swarms.ts";
import { DynamoDbSwarms } from "./swarms-dynamodb.ts";

const table = SEATS_TABLE;
let tables: LocalTables;
let call: DynamoDb;
/** Writes under this partition key are throttled. */
let throttledRing: unknown;
let calls: string[];
let now: number;
let swarms: DynamoDbSwarms;

beforeAll(async () => {
  tables = await startTables();
  call = openDynamoDb(tables.environment);
});
afterAll(() => tables.stop());

beforeEach(() => {
  now = 1_800_000_000;
  calls = [];
  throttledRing = undefined;
  const watched: DynamoDb = async (operation, given) => {
    calls.push(operation);
    const { ring } = given.Key ?? given.Item ?? {};
    if (throttledRing !== undefined && JSON.stringify(ring) === JSON.stringify(throttledRing)) {
      throw new Throttled("busy");
    }
    return call(operation, given);
  };
  swarms = new DynamoDbSwarms(watched, table, () => now);
});

let tests = 0;
const swarm = () => `swarm ${++tests}`.padEnd(20, "-");
const ann = "ann".padEnd(20, "-");
const connectionOf = (id: string): Connection => ({ id, locality: { lan: `lan of ${id}`, net: "DE-1" } });
const seat = (infoHash: string, connection: Connection): Seat => ({
  infoHash,
  peerId: ann,
  connection,
  isSeeder: false,
  takenAt: now,
  othersWhenHelped: 0,
  helpedAt: now,
  expiresAt: now + 100,
});
const itemAt = async (Key: ReturnType<typeof worldKey>) =>
  (await call("GetItem", { TableName: table, Key })).Item;

test("a net seat whose removal was throttled is freed when its connection turns out to be gone", async () => {
  const infoHash = swarm();
  const [old, young] = [
    connectionOf(`old ${infoHash}`),
    { ...connectionOf("young"), locality: { lan: "x", net: null } },
  ];
  await swarms.take(seat(infoHash, old));
  throttledRing = netKey(infoHash, ann, "DE-1")["ring"];
  await expect(swarms.take(seat(infoHash, young))).rejects.toBeInstanceOf(Throttled);
  throttledRing = undefined;
  expect(await swarms.sampleNet(infoHash, "DE-1", 0)).toMatchObject([{ connection: { id: old.id } }]);
  await swarms.leaveAll(old);
  await swarms.leave(infoHash, ann, old);
  expect(await swarms.sampleNet(infoHash, "DE-1", 0)).toEqual([]);
  expect(await swarms.find(infoHash, ann)).toMatchObject({ connection: { id: "young" } });
});

test("lapsed seats are removed from their connection's register, whether DynamoDB has dropped them or not", async () => {
  const connection = connectionOf(`busy ${tests}`);
  const lapsed = Array.from({ length: 16 }, swarm);
  for (const infoHash of lapsed) await swarms.take(seat(infoHash, connection));
  for (const infoHash of lapsed.slice(0, 8)) {
    await call("DeleteItem", { TableName: table, Key: worldKey(infoHash, ann) });
  }
  now += 200;
  const current = swarm();
  expect(await swarms.take(seat(current, connection))).toBe(1);
  const register = await itemAt(lanKey(connection));
  expect(Object.keys(register ?? {}).filter((name) => name.includes("."))).toHaveLength(1);
});

test("a stop from a connection that doesn't hold the seat writes nothing", async () => {
  const infoHash = swarm();
  const eve = connectionOf("eve");
  expect(await swarms.leave(infoHash, ann, eve)).toBe(false);
  expect(await itemAt(lanKey(eve))).toBeUndefined();
});

test("a seat is taken in three writes, and nothing is read", async () => {
  await swarms.take(seat(swarm(), connectionOf("c")));
  expect(calls.toSorted()).toEqual(["PutItem", "PutItem", "UpdateItem"]);
});

test("a result without the optional parts means that nothing is there", async () => {
  const empty = new DynamoDbSwarms(
    async () => ({}),
    table,
    () => now,
  );
  expect(await empty.sampleNet(swarm(), "DE-1", 0.5)).toEqual([]);
  expect(await empty.take(seat(swarm(), connectionOf("c")))).toBe(0);
});
