import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalTables, SEATS_TABLE, startTables } from "../../test/doubles/local-tables.ts";
import { type DynamoDb, openDynamoDb } from "./dynamodb.ts";
import { LinkSeats } from "./link-seats.ts";
import { readLink, writeLink } from "./links.ts";

const table = SEATS_TABLE;
let tables: LocalTables;
let call: DynamoDb;
let now: number;
let seats: LinkSeats;
beforeAll(async () => {
  tables = await startTables();
  call = openDynamoDb(tables.environment);
});
afterAll(() => tables.stop());
beforeEach(() => {
  now = 1_800_000_000;
  seats = new LinkSeats(call, table, () => now);
});

let links = 0;
const linkFor = (most: number) => ({ id: `link-${++links}`, seats: most, until: now + 7200, generation: 1 });

describe("a link's seats", () => {
  test("are taken by so many viewers at a time, each of whom keeps its own", async () => {
    const link = linkFor(2);
    const take = (viewer: string) => seats.take(link, viewer, now + 300);
    expect(await take("ann")).toBe(true);
    expect(await take("bob")).toBe(true);
    expect(await take("eve")).toBe(false);
    for (let renewal = 0; renewal < 3; renewal++) expect(await take("bob")).toBe(true);
    expect(await seats.take(linkFor(2), "eve", now + 300)).toBe(true);
  });

  test("are free again when their tickets have expired, and not before", async () => {
    const link = linkFor(1);
    await seats.take(link, "ann", now + 300);
    now += 299;
    expect(await seats.take(link, "bob", now + 300)).toBe(false);
    now += 1;
    expect(await seats.take(link, "bob", now + 300)).toBe(true);
    expect(await seats.take(link, "ann", now + 300)).toBe(false);
  });

  test("are no more when everyone comes at once", async () => {
    const link = linkFor(3);
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, at) => seats.take(link, `v${at}`, now + 300)),
    );
    expect(all.filter(Boolean)).toHaveLength(3);
  });

  test("pass on what is wrong with the table", async () => {
    const broken: DynamoDb = async (operation, given) => {
      if (operation === "PutItem") throw new Error("no table");
      return call(operation, given);
    };
    await expect(new LinkSeats(broken, table, () => now).take(linkFor(1), "ann", now)).rejects.toThrow(
      "no table",
    );
  });

  test("aren't confused by a seat whose viewer isn't known", async () => {
    const link = linkFor(1);
    const odd: DynamoDb = async (operation, given) =>
      operation === "Query" ? { Items: [{ ring: { S: "x" }, seat: { N: "0" } }] } : call(operation, given);
    expect(await new LinkSeats(odd, table, () => now).take(link, "ann", now + 300)).toBe(true);
    const empty: DynamoDb = async (operation, given) => (operation === "Query" ? {} : call(operation, given));
    expect(await new LinkSeats(empty, table, () => now).take(link, "ann", now + 300)).toBe(true);
  });
});

test("a link is read as it was written; functions/edge/viewer-request.test.ts checks the signature", () => {
  const link = { id: "k3Jd82hs", seats: 2, until: 1_800_000_000, generation: 3 };
  expect(readLink(writeLink(link, "a key"))).toEqual(link);
  expect(writeLink(link, "a key")).not.toBe(writeLink(link, "another"));
  expect(readLink("").id).toBe("");
});
