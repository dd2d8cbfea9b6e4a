/** Tests who receives an announce's offers: properties of the choice, whoever the candidates are. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Chance } from "../../bench/chance.ts";
import { type Candidates, pickReceivers } from "./matchmaking.ts";
import { CROWDED_GROWTH } from "./pacing.ts";
import type { Occupant, Seat } from "./swarms.ts";
import { MemorySwarms } from "./swarms-memory.ts";

const sender = "the sender";

function occupant(peerId: string, othersWhenHelped: number | null = null): Occupant {
  const connection = { id: `connection of ${peerId}`, locality: { lan: "a", net: "DE-1" } };
  return { infoHash: "swarm", peerId, connection, expiresAt: 0, othersWhenHelped };
}

const ids = fc.uniqueArray(fc.constantFrom(sender, ..."abcdefghijklmnopqrstuvwxyz"), { maxLength: 12 });
const mets = fc.option(fc.nat(100));
const ring = fc.tuple(ids, mets).map(([names, others]) => names.map((name) => occupant(name, others)));
const candidates = fc.record({ lan: ring, net: ring, world: ring });
const wanted = fc.integer({ min: 0, max: 10 });
const size = fc.nat(1000);

function pick(among: Partial<Candidates>, count: number, seed = 1, of = 0): string[] {
  const all = { lan: [], net: [], world: [], ...among };
  return pickReceivers(sender, all, of, count, new Chance(seed).next).map(({ peerId }) => peerId);
}

const others = (seats: readonly Occupant[]) =>
  seats.map(({ peerId }) => peerId).filter((peerId) => peerId !== sender);
const occupants = (prefix: string, count: number, othersWhenHelped: number | null = null) =>
  Array.from({ length: count }, (_, n) => occupant(`${prefix}${n}`, othersWhenHelped));

describe("for any candidates", () => {
  test("receivers are distinct and never the sender", () => {
    fc.assert(
      fc.property(candidates, wanted, size, fc.nat(), (among, count, of, seed) => {
        const picked = pick(among, count, seed, of);
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked).not.toContain(sender);
      }),
    );
  });

  test("there are as many as wanted, or as there are candidates", () => {
    fc.assert(
      fc.property(candidates, wanted, size, fc.nat(), (among, count, of, seed) => {
        const all = new Set(Object.values(among).flatMap(others));
        expect(pick(among, count, seed, of)).toHaveLength(Math.min(count, all.size));
      }),
    );
  });

  test("one is from the world whenever there is one", () => {
    fc.assert(
      fc.property(candidates, wanted, size, fc.nat(), (among, count, of, seed) => {
        fc.pre(count > 0 && others(among.world).length > 0);
        const world = new Set(others(among.world));
        expect(pick(among, count, seed, of).some((peerId) => world.has(peerId))).toBe(true);
      }),
    );
  });

  test("one is from behind the sender's address whenever there is one, if two are wanted", () => {
    fc.assert(
      fc.property(candidates, wanted, size, fc.nat(), (among, count, of, seed) => {
        fc.pre(count > 1 && others(among.lan).length > 0);
        const lan = new Set(others(among.lan));
        expect(pick(among, count, seed, of).some((peerId) => lan.has(peerId))).toBe(true);
      }),
    );
  });
});

test("of five offers three stay in the network, one of them behind the address", () => {
  const picked = pick({ lan: occupants("l", 20), net: occupants("n", 20), world: occupants("w", 20) }, 5);
  const count = (prefix: string) => picked.filter((peerId) => peerId.startsWith(prefix)).length;
  expect([count("l"), count("n"), count("w")]).toEqual([1, 2, 2]);
});

test("a viewer alone in the world with its household sends its offers to all of it", () => {
  expect(pick({ lan: occupants("l", 4) }, 5)).toHaveLength(4);
});

test("a single offer goes into the world", () => {
  expect(pick({ lan: occupants("l", 5), net: occupants("n", 5), world: occupants("w", 5) }, 1)[0]).toMatch(
    /^w/,
  );
});

describe("a viewer around whom the swarm has grown", () => {
  const old = occupants("old", 30, 9);
  const recent = occupants("new", 10, 40);
  const of = 10 * CROWDED_GROWTH + 1;

  test("is spared while there are others", () => {
    const picked = pick({ net: old, world: [...old, ...recent] }, 5, 3, of);
    expect(picked.every((peerId) => peerId.startsWith("new"))).toBe(true);
  });

  test("is picked when nobody else is left", () => {
    expect(pick({ net: old, world: old }, 5, 3, of)).toHaveLength(5);
  });

  test("is picked like anyone else until then", () => {
    expect(pick({ world: old }, 5, 3, of - 1)).toHaveLength(5);
    expect(pick({ net: old, world: recent }, 5, 3, of - 1).some((peerId) => peerId.startsWith("old"))).toBe(
      true,
    );
  });
});

test("in a swarm of equals hardly anybody receives twice as many offers as the mean", async () => {
  const viewers = 1000;
  const announces = 20;
  const random = new Chance(42).next;
  const swarms = new MemorySwarms(() => 0);
  const received = new Map<string, number>();
  const seats = Array.from({ length: viewers }, (_, n): Seat => {
    const peerId = `viewer ${n}`.padEnd(20, "-");
    const connection = { id: `c${n}`, locality: { lan: `lan ${n}`, net: `DE-${n % 4}` } };
    const counted = { takenAt: 0, othersWhenHelped: viewers, helpedAt: 0, expiresAt: 1, isSeeder: false };
    return { infoHash: "swarm", peerId, connection, ...counted };
  });
  for (const seat of seats) await swarms.take(seat);
  for (let round = 0; round < announces; round++) {
    for (const { infoHash, peerId, connection } of seats) {
      const net = await swarms.sampleNet(infoHash, connection.locality.net ?? "", random());
      const world = (await swarms.sampleWorld(infoHash, random())).seats;
      for (const to of pickReceivers(peerId, { lan: [], net, world }, viewers, 5, random)) {
        received.set(to.peerId, (received.get(to.peerId) ?? 0) + 1);
      }
    }
  }
  const counts = seats.map(({ peerId }) => received.get(peerId) ?? 0).sort((a, b) => a - b);
  const mean = counts.reduce((sum, count) => sum + count, 0) / viewers;
  expect(mean).toBe(5 * announces);
  expect(counts[Math.floor(0.99 * viewers)]).toBeLessThanOrEqual(2 * mean);
  expect(counts[0]).toBeGreaterThan(0);
});
