// What an announce leads to, as far as it depends on what the tracker remembers of the viewer and sees of the swarm.
import { describe, expect, test } from "vitest";
import { decideAnnounce, type Situation } from "./announcing.ts";
import type { Announce } from "./messages.ts";
import type { Sample, Seat } from "./swarms.ts";

const now = 100_000;
const connection = { id: "its own", place: { lan: "home", net: "DE-1" } };
const description = { type: "offer", sdp: "" } as const;

function seat(peerId: string, more: Partial<Seat> = {}): Seat {
  const elsewhere = { id: `of ${peerId}`, place: { lan: peerId, net: null } };
  const counted = { takenAt: now - 9000, met: 20, metAt: now - 9000 };
  const rest = { isSeeder: false, expiresAt: now + 5000, ...counted };
  return { infoHash: "swarm", peerId, connection: elsewhere, ...rest, ...more };
}

/** A swarm of the viewer and so many others, of whom some came lately. */
function swarmOf(count: number, recent = 0): Sample {
  const others = Array.from({ length: count }, (_, n) =>
    seat(`other ${n}`, n < recent ? { takenAt: now - 10 } : {}),
  );
  return { seats: [...others, seat("viewer")], complete: 0, incomplete: count + 1 };
}

function decide(situation: Partial<Situation>, said: Partial<Announce> = {}) {
  const offers = Array.from({ length: 5 }, (_, n) => ({ offer: description, offerId: `offer ${n}` }));
  const announce: Announce = {
    ...{ kind: "announce", infoHash: "swarm", peerId: "viewer", event: null, isSeeder: false },
    ...{ numwant: 5, offers },
    ...said,
  };
  const swarm = situation.swarm ?? swarmOf(20);
  const candidates = { lan: [], net: [], world: swarm.seats };
  const decided = decideAnnounce(announce, {
    ...{ connection, seat: undefined, swarm, candidates, nowSeconds: now, random: () => 0.5 },
    ...situation,
  });
  const { interval, complete, incomplete } = decided.posts[0]?.message ?? {};
  return { seat: decided.seat, offers: decided.posts.length - 1, interval, size: { complete, incomplete } };
}

const settled = seat("viewer", { connection, takenAt: now - 4000, metAt: now - 4000 });

test("a first announce takes a seat, and counts who is there", () => {
  expect(decide({}, { event: "started" })).toMatchObject({
    seat: { takenAt: now, met: 21, metAt: now },
    offers: 5,
  });
});

test("a seat just taken lapses a minute after its viewer's next announce could come half an interval late", () => {
  const { seat: taken, interval = 0 } = decide({}, { event: "started" });
  expect(taken?.expiresAt).toBe(Math.ceil(now + 1.5 * interval + 60));
});

test("a settled viewer keeps its seat as it is, and nobody gets its offers", () => {
  expect(decide({ seat: settled })).toMatchObject({ seat: null, offers: 0 });
});

describe("of those whom a viewer met", () => {
  test("half replaced by newcomers: it is helped to two, and its company is counted afresh", () => {
    const swarm = swarmOf(20, 10);
    expect(decide({ seat: settled, swarm })).toMatchObject({
      seat: { takenAt: settled.takenAt, met: 20, metAt: now },
      offers: 2,
    });
  });

  test("half gone and nobody come: it is helped to five", () => {
    expect(decide({ seat: settled, swarm: swarmOf(10) })).toMatchObject({ seat: { met: 10 }, offers: 5 });
  });

  test("all who came in the second of the counting belong to them", () => {
    const swarm = swarmOf(20);
    const met = { ...swarm, seats: swarm.seats.map((other) => ({ ...other, takenAt: settled.metAt })) };
    expect(decide({ seat: settled, swarm: met })).toMatchObject({ seat: null, offers: 0 });
  });

  test("how many there are now is the estimate of the swarm, when it is more than a sample shows", () => {
    const swarm = { ...swarmOf(20, 20), incomplete: 41 };
    expect(decide({ seat: settled, swarm }).seat).toMatchObject({ met: 40 });
  });

  test("how many there are now is never less than a sample shows", () => {
    const swarm = { ...swarmOf(20, 19), incomplete: 11 };
    expect(decide({ seat: settled, swarm }).seat).toMatchObject({ met: 20 });
  });

  test("too few can be in a sample of twelve times as many: only 25 minutes later is it helped", () => {
    const metBefore = (seconds: number) => ({ ...settled, met: 2, metAt: now - seconds });
    expect(decide({ seat: metBefore(1400), swarm: swarmOf(40, 39) }).offers).toBe(0);
    expect(decide({ seat: metBefore(1600), swarm: swarmOf(40, 39) }).offers).toBe(2);
  });

  test("all are there and as many have come: it needs no help", () => {
    expect(decide({ seat: settled, swarm: swarmOf(40, 20) })).toMatchObject({ seat: null, offers: 0 });
  });
});

test("a store too busy to show the swarm is no sign that everybody left", () => {
  const swarm = { seats: [], complete: 0, incomplete: 0 };
  expect(decide({ seat: settled, swarm })).toMatchObject({ seat: null, offers: 0 });
});

describe("without `started` and on a new connection", () => {
  test("a viewer whose seat is free has its neighbours still: one offer is enough", () => {
    expect(decide({}).offers).toBe(1);
  });

  test("a viewer whose seat its dead connection holds has changed networks, and starts over", () => {
    const held = seat("viewer", { connection: { id: "dead", place: connection.place } });
    expect(decide({ seat: held })).toMatchObject({ seat: { connection, takenAt: now, met: 20 }, offers: 5 });
  });
});

test("a seat on probation is confirmed by the second announce, with its company as first counted", () => {
  const young = { connection, takenAt: now - 60, met: 18, metAt: now - 60, expiresAt: now + 90 };
  expect(decide({ seat: seat("viewer", young) })).toMatchObject({
    seat: { takenAt: now - 60, met: 18, metAt: now - 60, expiresAt: now + 8100 },
    interval: 180,
  });
});

describe("the swarm's size in the reply", () => {
  const others = (count: number) => ({
    ...swarmOf(count),
    seats: swarmOf(count).seats.slice(0, count),
    incomplete: count,
  });

  test("counts a newcomer already", () => {
    expect(decide({ swarm: others(20) }, { event: "started" }).size).toEqual({ complete: 0, incomplete: 21 });
  });

  test("counts a viewer once who was there before it started again", () => {
    expect(decide({ swarm: swarmOf(20) }, { event: "started" }).size).toEqual({
      complete: 0,
      incomplete: 21,
    });
  });

  test("counts a seated viewer once whom the sample doesn't show", () => {
    const swarm = { ...others(20), incomplete: 21 };
    expect(decide({ seat: settled, swarm }).size).toEqual({ complete: 0, incomplete: 21 });
  });

  test("counts a newcomer that has everything among the complete", () => {
    expect(decide({ swarm: others(20) }, { isSeeder: true }).size).toEqual({ complete: 1, incomplete: 20 });
  });

  test("counts who completes among the complete, and no longer among the others", () => {
    expect(decide({ seat: settled }, { event: "completed" }).size).toEqual({ complete: 1, incomplete: 20 });
  });

  test("counts who has lost what it had among the others, and no longer among the complete", () => {
    const swarm = { ...others(20), complete: 1 };
    expect(decide({ seat: { ...settled, isSeeder: true }, swarm }).size).toEqual({
      complete: 0,
      incomplete: 21,
    });
  });

  test("is of one when the store is too busy to count", () => {
    const swarm = { seats: [], complete: 0, incomplete: 0 };
    expect(decide({ seat: settled, swarm }).size).toEqual({ complete: 0, incomplete: 1 });
    const complete = { ...settled, isSeeder: true };
    expect(decide({ seat: complete, swarm }, { isSeeder: true }).size).toEqual({
      complete: 1,
      incomplete: 0,
    });
  });
});

describe("a seat says that its viewer has everything", () => {
  test.each([
    ["when it takes the seat so", {}, { isSeeder: true }, true],
    ["when it completes while it sits", { seat: settled }, { event: "completed" }, true],
    ["but not for an event of another kind", {}, { event: "started" }, false],
  ] as const)("%s", (_, situation, said, isSeeder) => {
    expect(decide(situation, said).seat).toMatchObject({ isSeeder });
  });
});
