import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DynamoDb as LocalDynamoDb, startDynamoDb } from "../../local/dynamodb.ts";
import { readTables } from "../../local/template/tables.ts";
import { readTemplate } from "../../local/template.ts";
import { connection, TrackerUnderTest } from "../../test/doubles/tracker-under-test.ts";
import { DynamoDbCounters } from "./counters-dynamodb.ts";
import { type DynamoDb, openDynamoDb } from "./dynamodb.ts";
import { type Counters, Limits } from "./limits.ts";
import { Throttled } from "./swarms.ts";

/** Counts in memory, and how often it was asked to. */
class MemoryCounters implements Counters {
  readonly #counts = new Map<string, number>();
  writes = 0;

  async add(name: string, by: number, most: number, window: number): Promise<number | null> {
    this.writes += 1;
    const key = `${name} ${window}`;
    const count = (this.#counts.get(key) ?? 0) + by;
    if (count > most) return null;
    this.#counts.set(key, count);
    return count;
  }
}

let counters: MemoryCounters;
let limits: Limits;
let now: number;
beforeEach(() => {
  now = 1_800_000_000;
  counters = new MemoryCounters();
  limits = new Limits(counters, () => now);
});

const at = (viewer: string, lan: string, id = viewer) => ({ id, viewer, locality: { lan, net: null } });

async function admitted(times: number, ask: (time: number) => Promise<boolean>): Promise<number> {
  let count = 0;
  for (let time = 0; time < times; time++) if (await ask(time)) count += 1;
  return count;
}

describe("announces", () => {
  test("of one viewer are limited over all its connections and networks, until the next ten minutes", async () => {
    const replay = (time: number) => limits.mayAnnounce(at("ann", `lan ${time % 50}`, `connection ${time}`));
    expect(await admitted(500, replay)).toBe(300);
    expect(await limits.mayAnnounce(at("bob", "lan 1"))).toBe(true);
    now += 600;
    expect(await admitted(500, replay)).toBe(300);
  });

  test("from one network are limited over all its viewers", async () => {
    const count = await admitted(20_000, (time) => limits.mayAnnounce(at(`viewer ${time % 100}`, "lan")));
    // The last ones below a multiple of ten count for the viewer alone.
    expect(count).toBeGreaterThanOrEqual(6000);
    expect(count).toBeLessThan(7000);
    expect(await limits.mayAnnounce(at("viewer 1", "another"))).toBe(true);
  });

  test("take one write, but for every tenth", async () => {
    await admitted(9, () => limits.mayAnnounce(at("ann", "lan")));
    expect(counters.writes).toBe(9);
    await limits.mayAnnounce(at("ann", "lan"));
    expect(counters.writes).toBe(11);
  });

  test("of a connection without a viewer count for the connection", async () => {
    expect(await admitted(400, () => limits.mayAnnounce(connection("someone")))).toBe(300);
  });
});

test("connections from one network are limited, with one write each", async () => {
  expect(await admitted(1200, (time) => limits.mayConnect(at(`viewer ${time}`, "lan")))).toBe(1000);
  // Who is over the limit costs no write.
  expect(counters.writes).toBe(1001);
  expect(await limits.mayConnect(at("ann", "another"))).toBe(true);
});

describe("in DynamoDB", () => {
  let local: LocalDynamoDb;
  let call: DynamoDb;
  let table: string;
  beforeAll(async () => {
    const tables = readTables(await readTemplate());
    local = await startDynamoDb(tables);
    table = tables[0]?.create.TableName ?? "";
    call = openDynamoDb({
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
    });
  });
  afterAll(() => local.stop());

  test("a count goes up to its limit, for each name and window by itself", async () => {
    const stored = new DynamoDbCounters(call, table);
    const counts = [];
    for (let time = 0; time < 4; time++) counts.push(await stored.add("a", 10, 25, 1));
    expect(counts).toEqual([10, 20, null, null]);
    expect(await stored.add("a", 5, 25, 1)).toBe(25);
    expect(await stored.add("b", 10, 25, 1)).toBe(10);
    expect(await stored.add("a", 10, 25, 2)).toBe(10);
  });

  test("two instances at once don't exceed it", async () => {
    const stored = new DynamoDbCounters(call, table);
    const all = await Promise.all(Array.from({ length: 40 }, () => stored.add("crowd", 1, 25, 1)));
    expect(all.filter((count) => count !== null)).toHaveLength(25);
  });

  test("another failure is passed on, and an item without a count is 0", async () => {
    const failing = new DynamoDbCounters(() => Promise.reject(new Throttled("busy")), table);
    await expect(failing.add("a", 1, 2, 1)).rejects.toBeInstanceOf(Throttled);
    expect(await new DynamoDbCounters(async () => ({}), table).add("a", 1, 2, 1)).toBe(0);
    const odd = async () => ({ Attributes: { count: { S: "1" } } });
    expect(await new DynamoDbCounters(odd, table).add("a", 1, 2, 1)).toBe(0);
  });
});

describe("a tracker with limits", () => {
  let t: TrackerUnderTest;
  beforeEach(() => {
    t = new TrackerUnderTest();
    t.limits = new Limits(counters, () => t.now);
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
    expect(t.disconnected).toEqual(["connection 300", "connection 301", "connection 302"]);
    expect(t.sent).toEqual([]);
    expect(t.counted()).toMatchObject({ Scrapes: 300, Disconnected: 3 });
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

  test("turns away connections beyond them", async () => {
    expect(await admitted(1001, () => t.tracker.mayConnect(at("ann", "lan")))).toBe(1000);
    expect(t.counted()).toMatchObject({ ConnectsRefused: 1 });
  });

  test("lets everyone in while the counts can't be had", async () => {
    counters.add = () => Promise.reject(new Throttled("busy"));
    expect(await t.tracker.mayConnect(at("ann", "lan"))).toBe(true);
    counters.add = () => Promise.reject(new Error("gone"));
    expect(await t.tracker.mayConnect(at("ann", "lan"))).toBe(true);
    expect(t.failures).toEqual(["a limit couldn't be looked up: Error: gone"]);
    expect(await t.announce("ann")).not.toEqual([]);
  });
});

test("a tracker without limits has none over connections", async () => {
  const t = new TrackerUnderTest();
  expect(await t.tracker.mayConnect(connection("ann"))).toBe(true);
});
