/** Tests that viewers meet only as far as the channel's reach goes, over both stores. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SEATS_TABLE, startTables } from "../../test/doubles/local-tables.ts";
import { offer, peer, swarm } from "../../test/doubles/tracker-under-test.ts";
import { openDynamoDb } from "./dynamodb.ts";
import { LoadControl } from "./load.ts";
import { unknownLocality } from "./locality.ts";
import { Metrics } from "./metrics.ts";
import type { Outgoing } from "./outgoing.ts";
import { type Reach, readReach, renamed, swarmWithin } from "./reach.ts";
import type { Connection, Swarms } from "./swarms.ts";
import { DynamoDbSwarms } from "./swarms-dynamodb.ts";
import { MemorySwarms } from "./swarms-memory.ts";
import { Tracker } from "./tracker.ts";

const nowSeconds = () => 1_800_000_000;

describe("the part of a swarm that a viewer is in", () => {
  const ann = { lan: "home", net: "DE-3320" };

  test("is the whole swarm where viewers may meet the world", () => {
    expect(swarmWithin("world", swarm, ann)).toBe(swarm);
  });

  test("is a name of twenty bytes otherwise", () => {
    for (const reach of ["network", "lan"] as const) {
      const name = swarmWithin(reach, "\u0000\u00ff".repeat(10), ann);
      expect(name).toHaveLength(20);
      expect([...name].every((character) => character <= "\u00ff")).toBe(true);
    }
  });

  test.each<[Reach, string, object, boolean]>([
    ["network", "another address in its network", { lan: "work" }, true],
    ["network", "its network's number in another country", { net: "AT-3320" }, false],
    ["network", "another network", { net: "DE-1" }, false],
    ["network", "a network that isn't known", { net: null }, false],
    ["lan", "its address", {}, true],
    ["lan", "another address in its network", { lan: "work" }, false],
  ])("within its %s includes %s (%j): %s", (reach, _, other, isSame) => {
    const theirs = swarmWithin(reach, swarm, { ...ann, ...other });
    expect(theirs === swarmWithin(reach, swarm, ann)).toBe(isSame);
  });

  test("is that of another swarm for nobody", () => {
    expect(swarmWithin("lan", swarm, ann)).not.toBe(swarmWithin("lan", "another swarm-------", ann));
  });

  test.each([null, "DE"])("within a network known as %j is that behind the address", (net) => {
    const name = (lan: string) => swarmWithin("network", swarm, { lan, net });
    expect(name("home")).toBe(name("home"));
    expect(name("home")).not.toBe(name("work"));
  });

  test("has nobody else in it for a viewer of whom nothing is known", () => {
    const name = (id: string) => swarmWithin("network", swarm, unknownLocality(id));
    expect(name("one")).not.toBe(name("two"));
  });
});

test("a reach that isn't one is refused", () => {
  expect(readReach("network")).toBe("network");
  expect(() => readReach("Lan")).toThrow('SHARING_REACH is "Lan", but must be world, network, lan');
});

test("a message without a swarm's name, or with one that isn't kept under another, stays as it is", () => {
  for (const named of [{}, { info_hash: swarm }]) {
    const refusal = { action: "announce", "failure reason": "why", ...named } as const;
    const outcome = { refusal, reply: null, offers: [], answer: null };
    expect(renamed(outcome, new Map([["kept", "known"]]))).toEqual(outcome);
  }
});

interface Store {
  readonly swarms: Swarms;
  close?(): Promise<void>;
}

const STORES: readonly [string, () => Promise<Store>][] = [
  ["in memory", async () => ({ swarms: new MemorySwarms(nowSeconds) })],
  [
    "in DynamoDB",
    async () => {
      const tables = await startTables();
      return {
        swarms: new DynamoDbSwarms(openDynamoDb(tables.environment), SEATS_TABLE, nowSeconds),
        close: () => tables.stop(),
      };
    },
  ],
];

describe.each(STORES)("with seats %s", (_, open) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close?.());

  /** A tracker, and what it sent: to whom, and the message. */
  function start(reach: Reach) {
    const sent: [string, Outgoing][] = [];
    const tracker = new Tracker({
      swarms: store.swarms,
      connections: {
        disconnect: async () => {},
        send: async (id, message) => {
          sent.push([id, message]);
          return "sent";
        },
      },
      load: new LoadControl(),
      metrics: new Metrics("test"),
      nowSeconds,
      random: () => 0.5,
      onFailure: (what, error) => {
        throw new Error(what, { cause: error });
      },
      reach,
    });
    const say = async (by: Connection, message: object) => {
      sent.length = 0;
      const text = JSON.stringify({ info_hash: swarm, peer_id: peer(by.id), ...message });
      const response = await tracker.receive(by, text);
      if (response) sent.push([by.id, response]);
      return [...sent];
    };
    const announce = (by: Connection) =>
      say(by, { action: "announce", event: "started", numwant: 5, offers: ["1", "2", "3"].map(offer) });
    return { say, announce };
  }

  const at = (id: string, lan: string, net: string | null): Connection => ({ id, locality: { lan, net } });
  const ann = at("ann", "school", "DE-680");
  const bob = at("bob", "school", "DE-680");
  const cem = at("cem", "dorm", "DE-680");
  const dan = at("dan", "home", "DE-3320");
  const answer = (to: Connection) => ({
    action: "announce",
    to_peer_id: peer(to.id),
    answer: { type: "answer", sdp: "v=0" },
    offer_id: "1",
  });

  test.each<[Reach, string[]]>([
    ["world", ["bob", "cem", "dan"]],
    ["network", ["bob", "cem"]],
    ["lan", ["bob"]],
  ])("within the reach %s only %j get offers and are counted", async (reach, others) => {
    const { announce } = start(reach);
    for (const viewer of [dan, cem, bob]) await announce(viewer);
    const messages = await announce(ann);
    const offers = messages.filter(([, message]) => "offer" in message);
    expect(offers.map(([to]) => to).sort()).toEqual(others);
    expect(messages.find(([to]) => to === "ann")?.[1]).toMatchObject({ incomplete: others.length + 1 });
    for (const [, message] of messages) expect(message).toMatchObject({ info_hash: swarm });
  });

  test("an answer reaches no viewer beyond the reach, whoever sends it", async () => {
    const { announce, say } = start("lan");
    for (const viewer of [ann, bob, dan]) await announce(viewer);
    expect(await say(dan, answer(ann))).toEqual([]);
    expect(await say(bob, answer(ann))).toMatchObject([["ann", { info_hash: swarm, offer_id: "1" }]]);
  });

  test("a scrape counts nobody beyond the reach", async () => {
    const { announce, say } = start("lan");
    for (const viewer of [ann, bob, dan]) await announce(viewer);
    expect(await say(ann, { action: "scrape" })).toMatchObject([
      ["ann", { files: { [swarm]: { incomplete: 2 } } }],
    ]);
    expect(await say(dan, { action: "scrape" })).toMatchObject([
      ["dan", { files: { [swarm]: { incomplete: 1 } } }],
    ]);
  });

  test("a viewer who stops is gone from its part of the swarm", async () => {
    const { announce, say } = start("lan");
    for (const viewer of [ann, bob]) await announce(viewer);
    const [stopped] = await say(bob, { action: "announce", event: "stopped" });
    expect(stopped).toMatchObject(["bob", { info_hash: swarm, incomplete: 1 }]);
  });
});
