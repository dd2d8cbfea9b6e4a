import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalTables, SEATS_TABLE, startTables } from "../../test/doubles/local-tables.ts";
import { MemoryCounters } from "../../test/doubles/memory-counters.ts";
import { connection, TrackerUnderTest } from "../../test/doubles/tracker-under-test.ts";
import { DynamoDbCounters } from "./counters-dynamodb.ts";
import { type DynamoDb, openDynamoDb } from "./dynamodb.ts";
import { Limits } from "./limits.ts";
import { Throttled } from "./swarms.ts";

let counters: MemoryCounters;
let limits: Limits;
let now: number;
/** What each instance draws: how many announces it leaves uncounted before the first. */
let uncounted: number;
const instance = () =>
  new Limits(
    counters,
    () => now,
    () => uncounted / 10,
  );
beforeEach(() => {
  uncounted = 4;
  now = 1_800_000_000;
  counters = new MemoryCounters();
  limits = instance();
});

const at = (viewer: string, lan: string, id = viewer) => ({ id, viewer, locality: { lan, net: null } });

async function admitted(times: number, ask: (time: number) => Promise<boolean>): Promise<number> {
  let count = 0;
  for (let time = 0; time < times; time++) if (await ask(time)) count += 1;
  return count;
}

describe("announces", () => {
  const replay = (time: number) => limits.mayAnnounce(at("ann", `lan ${time % 50}`, `connection ${time}`));

  test("of one viewer are limited over all its connections and networks, until the next ten minutes", async () => {
    expect(await admitted(500, replay)).toBe(294);
    expect(await limits.mayAnnounce(at("bob", "lan 1"))).toBe(true);
    now += 600;
    expect(await admitted(500, replay)).toBe(294);
  });

  test.each([
    [0, 290],
    [9, 299],
  ])("are at most 300 in an instance: if it begins behind %i, %i", async (first, heard) => {
    uncounted = first;
    limits = instance();
    expect(await admitted(500, replay)).toBe(heard);
  });

  test("are limited over many instances as in one, but for the nine that each may leave uncounted", async () => {
    const draws = fc.sample(fc.nat({ max: 9 }), { numRuns: 50, seed: 1 });
    const instances = draws.map(
      (draw) =>
        new Limits(
          counters,
          () => now,
          () => draw / 10,
        ),
    );
    const heard = await admitted(
      1000,
      async (time) => instances[time % 50]?.mayAnnounce(at("ann", "lan")) ?? false,
    );
    expect(heard).toBeGreaterThan(200);
    expect(heard).toBeLessThanOrEqual(300 + 9 * 50);
  });

  test("from one network are limited over all its viewers, however few each makes", async () => {
    const heard = await admitted(20_000, (time) => {
      uncounted = time % 10;
      return limits.mayAnnounce(at(`viewer ${time}`, "lan"));
    });
    expect(heard).toBe(5990);
    expect(await limits.mayAnnounce(at("viewer 1", "another"))).toBe(true);
  });

  test("take no write but for every tenth, which takes two", async () => {
    await admitted(4, () => limits.mayAnnounce(at("ann", "lan")));
    expect(counters.writes).toBe(0);
    await limits.mayAnnounce(at("ann", "lan"));
    expect(counters.writes).toBe(2);
    await admitted(100, () => limits.mayAnnounce(at("ann", "lan")));
    expect(counters.writes).toBe(22);
  });

  test("of a connection without a viewer count for the connection", async () => {
    expect(await admitted(400, () => limits.mayAnnounce(connection("someone")))).toBe(294);
  });

  test("that come while a count is on its way into the next ten minutes aren't refused for the last", async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    counters.add = () => promise;
    uncounted = 0;
    const late = limits.mayAnnounce(at("ann", "lan"));
    now += 600;
    uncounted = 9;
    expect(await limits.mayAnnounce(at("ann", "lan"))).toBe(true);
    resolve(false);
    expect(await late).toBe(false);
    expect(await limits.mayAnnounce(at("ann", "lan"))).toBe(true);
  });
});

test("connections from one network are limited, with a write for every tenth", async () => {
  expect(await admitted(1200, () => limits.mayConnect("lan"))).toBe(994);
  // Who is over the limit costs no write.
  expect(counters.writes).toBe(100);
  expect(await limits.mayConnect("another")).toBe(true);
});

test("so are connections of one viewer, from whatever network", async () => {
  let network = 0;
  const mayConnect = () => limits.mayConnect(`lan ${network++ % 3}`, "ann");
  expect(await admitted(300, mayConnect)).toBeLessThanOrEqual(60 + 3 * 9);
  expect(await limits.mayConnect("lan 0", "bob")).toBe(true);
});

describe("in DynamoDB", () => {
  const table = SEATS_TABLE;
  let tables: LocalTables;
  let call: DynamoDb;
  beforeAll(async () => {
    tables = await startTables();
    call = openDynamoDb(tables.environment);
  });
  afterAll(() => tables.stop());

  test("a count goes up to its limit, for each name and window by itself", async () => {
    const stored = new DynamoDbCounters(call, table);
    const counts = [];
    for (let time = 0; time < 4; time++) counts.push(await stored.add("a", 10, 25, 1));
    expect(counts).toEqual([true, true, false, false]);
    expect(await stored.add("a", 5, 25, 1)).toBe(true);
    expect(await stored.add("b", 10, 25, 1)).toBe(true);
    expect(await stored.add("a", 10, 25, 2)).toBe(true);
  });

  test("two instances at once don't exceed it", async () => {
    const stored = new DynamoDbCounters(call, table);
    const all = await Promise.all(Array.from({ length: 40 }, () => stored.add("crowd", 1, 25, 1)));
    expect(all.filter(Boolean)).toHaveLength(25);
  });

  test("another failure is passed on", async () => {
    const failing = new DynamoDbCounters(() => Promise.reject(new Throttled("busy")), table);
    await expect(failing.add("a", 1, 2, 1)).rejects.toBeInstanceOf(Throttled);
  });
});

describe("a tracker with limits", () => {
  let t: TrackerUnderTest;
  beforeEach(() => {
    t = new TrackerUnderTest();
    t.limits = new Limits(
      counters,
      () => t.now,
      () => 0.9,
    );
    t.restart();
  });

  /** A flood over new connections, since each has an allowance of its own. */
  const flood = async (times: number) => {
    for (let time = 0; time < times; time++) {
      await t.receive(
        at("ann", "lan", `connection ${time}`),
        JSON.stringify({ action: "scrape", info_hash: "x".repeat(20) }),
      );
    }
  };

  test("disconnects who goes beyond them, unheard", async () => {
    await flood(303);
    expect(t.disconnected).toEqual(["connection 299", "connection 300", "connection 301", "connection 302"]);
    expect(t.sent).toEqual([]);
    expect(t.counted()).toMatchObject({ Scrapes: 299, Disconnected: 4 });
  });

  test("reports a connection that can't be closed, and goes on", async () => {
    t.deliver = () => new Error("no way");
    await flood(301);
    expect(t.failures.at(-1)).toBe("a connection wasn't closed: Error: no way");
  });

  test("answers don't count: they are sealed", async () => {
    const answer = {
      action: "announce",
      info_hash: "x".repeat(20),
      peer_id: "y".repeat(20),
      to_peer_id: "z".repeat(20),
    };
    await t.receive(
      at("ann", "lan"),
      JSON.stringify({ ...answer, answer: { type: "answer", sdp: "v=0" }, offer_id: "1" }),
    );
    expect(counters.writes).toBe(0);
  });

  test("serves everyone while the counts can't be had", async () => {
    t.limits = new Limits(
      counters,
      () => t.now,
      () => 0,
    );
    t.restart();
    counters.add = () => Promise.reject(new Throttled("busy"));
    expect(await t.announce("ann")).not.toEqual([]);
    counters.add = () => Promise.reject(new Error("gone"));
    expect(await t.announce("bob")).not.toEqual([]);
    expect(t.failures).toEqual(["a limit couldn't be looked up: Error: gone"]);
  });
});
