/** The contract that every store of swarms keeps. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SEATS_TABLE, startTables } from "../../test/doubles/local-tables.ts";
import { openDynamoDb } from "./dynamodb.ts";
import { SAMPLE_SIZE } from "./rings.ts";
import type { Connection, Occupant, Seat, Swarms } from "./swarms.ts";
import { DynamoDbSwarms } from "./swarms-dynamodb.ts";
import { MemorySwarms } from "./swarms-memory.ts";

/** A store under test, with a clock that the test moves. */
interface StoreUnderTest {
  readonly swarms: Swarms;
  passSeconds(seconds: number): void;
  nowSeconds(): number;
  close?(): Promise<void>;
}

const film = "film----------------";
const other = "other---------------";

function describeSwarms(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let store: StoreUnderTest;
    let swarms: Swarms;
    beforeEach(async () => {
      store = await open();
      swarms = store.swarms;
    });
    afterEach(() => store.close?.());

    const connection = (id: string, lan = `lan-${id}`, net: string | null = null): Connection => ({
      id,
      locality: { lan, net },
    });
    const seat = (peer: string, by: Connection, more: Partial<Seat> = {}): Seat => ({
      infoHash: film,
      peerId: peer.padEnd(20, "-"),
      connection: by,
      isSeeder: false,
      takenAt: store.nowSeconds(),
      othersWhenHelped: 12,
      helpedAt: store.nowSeconds(),
      expiresAt: store.nowSeconds() + 1000,
      ...more,
    });
    const peers = (seats: readonly Occupant[]) => seats.map((each) => each.peerId.replace(/-+$/, "")).sort();
    const crowd = async (count: number, more: Partial<Seat> = {}, lan = (n: number) => `lan-${n}`) => {
      const all = Array.from({ length: count }, (_, n) =>
        seat(`p${n}`, connection(`c${n}`, lan(n), "DE-1"), more),
      );
      for (const each of all) await swarms.take(each);
    };

    test("finds a seat that was taken, as it was taken", async () => {
      const taken = seat("ann", connection("c1", "home", "DE-3320"), { isSeeder: true });
      await swarms.take(taken);
      expect(await swarms.find(film, taken.peerId)).toEqual(taken);
    });

    test("keeps peer ids of any bytes apart", async () => {
      const bytes = (first: number) =>
        String.fromCharCode(first, ...Array.from({ length: 19 }, (_, n) => n * 13));
      const infoHash = bytes(255);
      await swarms.take(seat("", connection("c1"), { infoHash, peerId: bytes(0) }));
      expect(await swarms.find(infoHash, bytes(0))).toMatchObject({ peerId: bytes(0) });
      expect(await swarms.find(infoHash, bytes(1))).toBeUndefined();
    });

    test("finds nobody in another swarm", async () => {
      const taken = seat("ann", connection("c1"));
      await swarms.take(taken);
      expect(await swarms.find(other, taken.peerId)).toBeUndefined();
    });

    test("says how many seats a connection holds when it takes one", async () => {
      const by = connection("c1");
      expect(await swarms.take(seat("ann", by))).toBe(1);
      expect(await swarms.take(seat("bob", by, { infoHash: other }))).toBe(2);
    });

    test("a seat taken again by its connection is renewed, not doubled", async () => {
      const taken = seat("ann", connection("c1", "home", "DE-1"));
      await swarms.take(taken);
      const renewed = { ...taken, expiresAt: taken.expiresAt + 500 };
      expect(await swarms.take(renewed)).toBe(1);
      expect(await swarms.find(film, taken.peerId)).toEqual(renewed);
      for (const near of [swarms.sampleLan(film, "home", 0.5), swarms.sampleNet(film, "DE-1", 0.5)]) {
        expect(await near).toMatchObject([{ peerId: taken.peerId, expiresAt: renewed.expiresAt }]);
      }
    });

    test("a seat lapses in all rings when its time comes", async () => {
      await swarms.take(
        seat("ann", connection("c1", "home", "DE-1"), { expiresAt: store.nowSeconds() + 100 }),
      );
      store.passSeconds(99);
      expect(await swarms.sampleWorld(film, 0.1)).toMatchObject({ incomplete: 1 });
      store.passSeconds(1);
      expect(await swarms.find(film, "ann".padEnd(20, "-"))).toBeUndefined();
      expect(await swarms.sampleLan(film, "home", 0.1)).toEqual([]);
      expect(await swarms.sampleNet(film, "DE-1", 0.1)).toEqual([]);
      for (const sample of [await swarms.sampleWorld(film, 0.1), await swarms.readAll(film)]) {
        expect(sample).toEqual({ seats: [], complete: 0, incomplete: 0, isWhole: true });
      }
    });

    test("the same peer id on another connection takes the seat, and the old connection loses it", async () => {
      const [old, young] = [connection("old", "home", "DE-1"), connection("young", "train", "DE-2")];
      const before = seat("ann", old);
      const after = seat("ann", young);
      await swarms.take(before);
      await swarms.take(after);
      expect(await swarms.find(film, before.peerId)).toEqual(after);
      expect(await swarms.sampleLan(film, "home", 0)).toEqual([]);
      expect(await swarms.sampleNet(film, "DE-1", 0)).toEqual([]);
      expect(await swarms.leave(film, before.peerId, old)).toBe(false);
      await swarms.leaveAll(old);
      expect(await swarms.find(film, before.peerId)).toEqual(after);
    });

    test("only the connection that holds a seat can free it", async () => {
      const owner = connection("c1", "home", "DE-1");
      const taken = seat("ann", owner);
      await swarms.take(taken);
      expect(await swarms.leave(film, taken.peerId, connection("c2", "home", "DE-1"))).toBe(false);
      expect(await swarms.find(film, taken.peerId)).toEqual(taken);
      expect(await swarms.leave(film, taken.peerId, owner)).toBe(true);
      expect(await swarms.find(film, taken.peerId)).toBeUndefined();
      expect(await swarms.sampleLan(film, "home", 0)).toEqual([]);
      expect(await swarms.sampleNet(film, "DE-1", 0)).toEqual([]);
    });

    test("a closed connection frees all its seats, and nobody else's", async () => {
      const by = connection("c1", "home", "DE-1");
      await swarms.take(seat("ann", by));
      await swarms.take(seat("ann", by, { infoHash: other }));
      await swarms.take(seat("bob", connection("c2", "home", "DE-1")));
      expect(await swarms.leaveAll(by)).toBe(2);
      expect(peers(await swarms.sampleLan(film, "home", 0))).toEqual(["bob"]);
      expect(peers(await swarms.sampleNet(film, "DE-1", 0))).toEqual(["bob"]);
      expect(await swarms.sampleWorld(other, 0)).toMatchObject({ incomplete: 0 });
      expect(await swarms.leaveAll(by)).toBe(0);
    });

    test("a freed seat is not counted when its connection closes", async () => {
      const by = connection("c1");
      await swarms.take(seat("ann", by));
      await swarms.take(seat("ann", by, { infoHash: other }));
      await swarms.leave(film, "ann".padEnd(20, "-"), by);
      expect(await swarms.leaveAll(by)).toBe(1);
    });

    test("viewers behind the same address are found there, and only those in the same swarm", async () => {
      await swarms.take(seat("ann", connection("c1", "home")));
      await swarms.take(seat("bob", connection("c2", "home")));
      await swarms.take(seat("eve", connection("c3", "home"), { infoHash: other }));
      await swarms.take(seat("far", connection("c4", "away")));
      expect(peers(await swarms.sampleLan(film, "home", 0.7))).toEqual(["ann", "bob"]);
    });

    test("viewers in the same network are found there", async () => {
      await swarms.take(seat("ann", connection("c1", "x", "DE-1")));
      await swarms.take(seat("bob", connection("c2", "y", "DE-1")));
      await swarms.take(seat("far", connection("c3", "z", "FR-1")));
      await swarms.take(seat("odd", connection("c4", "w", null)));
      expect(peers(await swarms.sampleNet(film, "DE-1", 0.3))).toEqual(["ann", "bob"]);
    });

    test("a small swarm is seen whole from every start, and counted exactly", async () => {
      await crowd(9);
      await swarms.take(seat("seed", connection("c-seed"), { isSeeder: true }));
      for (const start of [0, 0.24, 0.25, 0.6, 0.999]) {
        const sample = await swarms.sampleWorld(film, start);
        expect(new Set(sample.seats.map((each) => each.peerId)).size).toBe(10);
        expect(sample).toMatchObject({ complete: 1, incomplete: 9, isWhole: true });
      }
    });

    test("a small swarm is read whole, each seat as it was taken", async () => {
      await crowd(9);
      const seeder = seat("seed", connection("c-seed", "home", "FR-2"), { isSeeder: true });
      await swarms.take(seeder);
      const all = await swarms.readAll(film);
      expect(peers(all?.seats ?? [])).toEqual([...Array.from({ length: 9 }, (_, n) => `p${n}`), "seed"]);
      expect(all?.seats).toContainEqual(seeder);
      expect(all).toMatchObject({ complete: 1, incomplete: 9, isWhole: true });
    });

    test("an empty swarm has nobody", async () => {
      for (const sample of [await swarms.sampleWorld(film, 0.5), await swarms.readAll(film)]) {
        expect(sample).toEqual({ seats: [], complete: 0, incomplete: 0, isWhole: true });
      }
      expect(await swarms.sampleLan(film, "home", 0.5)).toEqual([]);
      expect(await swarms.sampleNet(film, "DE-1", 0.5)).toEqual([]);
    });

    test("a large swarm is sampled without repeats, by chance, and counted within a third on average", async () => {
      await crowd(400);
      const starts = Array.from({ length: 40 }, (_, n) => (n + 0.5) / 40);
      const samples = await Promise.all(starts.map((start) => swarms.sampleWorld(film, start)));
      for (const { seats, isWhole } of samples) {
        expect(isWhole).toBe(false);
        expect(seats.length).toBeGreaterThanOrEqual(10);
        expect(new Set(seats.map((each) => each.peerId)).size).toBe(seats.length);
      }
      const mean = samples.reduce((sum, each) => sum + each.incomplete, 0) / samples.length;
      expect(mean).toBeGreaterThan(400 * 0.67);
      expect(mean).toBeLessThan(400 * 1.33);
      expect(new Set(samples.flatMap(({ seats }) => seats.map((each) => each.peerId))).size).toBeGreaterThan(
        300,
      );
    });

    test("a large swarm isn't read whole", async () => {
      await crowd(400);
      expect(await swarms.readAll(film)).toBeUndefined();
    });

    test("a crowded network or address gives a sample, not everyone", async () => {
      await crowd(60, {}, () => "campus");
      expect((await swarms.sampleNet(film, "DE-1", 0.4)).length).toBeLessThanOrEqual(SAMPLE_SIZE);
      const behind = await swarms.sampleLan(film, "campus", 0.4);
      expect(behind.length).toBeGreaterThan(5);
      expect(behind.length).toBeLessThanOrEqual(SAMPLE_SIZE);
    });
  });
}

describeSwarms("swarms in memory", async () => {
  const clock = movableClock();
  return { swarms: new MemorySwarms(clock.nowSeconds), ...clock };
});

function movableClock(): Pick<StoreUnderTest, "nowSeconds" | "passSeconds"> {
  let now = 1_800_000_000;
  return {
    nowSeconds: () => now,
    passSeconds: (seconds) => {
      now += seconds;
    },
  };
}

describeSwarms("swarms in DynamoDB", async () => {
  const clock = movableClock();
  const tables = await startTables();
  const swarms = new DynamoDbSwarms(openDynamoDb(tables.environment), SEATS_TABLE, clock.nowSeconds);
  return { swarms, ...clock, close: () => tables.stop() };
});
