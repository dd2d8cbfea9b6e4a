/** Tests what an announce leads to, as far as it depends on the viewer's seat and on what is seen of the swarm. */
import { describe, expect, test } from "vitest";
import { type AnnounceContext, decideAnnounce } from "./announcing.ts";
import type { Announce } from "./messages.ts";
import type { Sample, Seat } from "./swarms.ts";

const now = 100_000;
const connection = { id: "its own", locality: { lan: "home", net: "DE-1" } };
const description = { type: "offer", sdp: "" } as const;

function seat(peerId: string, more: Partial<Seat> = {}): Seat {
  const elsewhere = { id: `of ${peerId}`, locality: { lan: peerId, net: null } };
  const counted = { takenAt: now - 9000, othersWhenHelped: 20, helpedAt: now - 9000 };
  const rest = { isSeeder: false, expiresAt: now + 5000, ...counted };
  return { infoHash: "swarm", peerId, connection: elsewhere, ...rest, ...more };
}

/** A swarm of the viewer and so many others, of whom some came lately. */
function swarmOf(count: number, recent = 0): Sample {
  const others = Array.from({ length: count }, (_, n) =>
    seat(`other ${n}`, n < recent ? { takenAt: now - 10 } : {}),
  );
  return { seats: [...others, seat("viewer")], complete: 0, incomplete: count + 1, isWhole: true };
}

function decide(context: Partial<AnnounceContext>, said: Partial<Announce> = {}) {
  const offers = Array.from({ length: 5 }, (_, n) => ({ offer: description, offerId: `offer ${n}` }));
  const announce: Announce = {
    ...{ kind: "announce", infoHash: "swarm", peerId: "viewer", event: null, isSeeder: false },
    ...{ numwant: 5, offers },
    ...said,
  };
  const swarm = context.swarm ?? swarmOf(20);
  const candidates = { lan: [], net: [], world: swarm.seats };
  const decided = decideAnnounce(announce, {
    ...{ connection, seat: undefined, swarm, candidates, nowSeconds: now, random: () => 0.5 },
    ...context,
  });
  const { interval, complete, incomplete } = decided.reply;
  return { seat: decided.seat, offers: decided.offers.length, interval, size: { complete, incomplete } };
}

const settled = seat("viewer", { connection, takenAt: now - 4000, helpedAt: now - 4000 });

test("a first announce takes a seat and counts the others in the swarm", () => {
  expect(decide({}, { event: "started" })).toMatchObject({
    seat: { takenAt: now, othersWhenHelped: 21, helpedAt: now },
    offers: 5,
  });
});

test("a new seat lapses a minute after the next announce would be half an interval late", () => {
  const { seat: taken, interval } = decide({}, { event: "started" });
  expect(taken?.expiresAt).toBe(Math.ceil(now + 1.5 * interval + 60));
});

test("a settled viewer keeps its seat unchanged, and none of its offers are relayed", () => {
  expect(decide({ seat: settled })).toMatchObject({ seat: null, offers: 0 });
});

describe("of the others that were counted when a viewer was last helped", () => {
  test("half were replaced by newcomers: it gets help with two offers, and the others are counted again", () => {
    const swarm = swarmOf(20, 10);
    expect(decide({ seat: settled, swarm })).toMatchObject({
      seat: { takenAt: settled.takenAt, othersWhenHelped: 20, helpedAt: now },
      offers: 2,
    });
  });

  test("half left and nobody came: it gets help with five offers", () => {
    expect(decide({ seat: settled, swarm: swarmOf(10) })).toMatchObject({
      seat: { othersWhenHelped: 10 },
      offers: 5,
    });
  });

  test("those who arrived in the same second are counted", () => {
    const swarm = swarmOf(20);
    const met = { ...swarm, seats: swarm.seats.map((other) => ({ ...other, takenAt: settled.helpedAt })) };
    expect(decide({ seat: settled, swarm: met })).toMatchObject({ seat: null, offers: 0 });
  });

  test("the number now is the estimate of the swarm's size if that is more than the sample shows", () => {
    const swarm = { ...swarmOf(20, 20), incomplete: 41 };
    expect(decide({ seat: settled, swarm }).seat).toMatchObject({ othersWhenHelped: 40 });
  });

  test("the number now is never less than the sample shows", () => {
    const swarm = { ...swarmOf(20, 19), incomplete: 11 };
    expect(decide({ seat: settled, swarm }).seat).toMatchObject({ othersWhenHelped: 20 });
  });

  test("too few show in a sample of a swarm twelve times as large: it gets help after 25 minutes", () => {
    const metBefore = (seconds: number) => ({ ...settled, othersWhenHelped: 2, helpedAt: now - seconds });
    expect(decide({ seat: metBefore(1400), swarm: swarmOf(40, 39) }).offers).toBe(0);
    expect(decide({ seat: metBefore(1600), swarm: swarmOf(40, 39) }).offers).toBe(2);
  });

  test("all are still there and as many have come: it needs no help", () => {
    expect(decide({ seat: settled, swarm: swarmOf(40, 20) })).toMatchObject({ seat: null, offers: 0 });
  });
});

describe("a viewer that is only counted, with no offers of its own,", () => {
  const silent = { offers: [], numwant: 0 };
  const counted = seat("viewer", { connection, takenAt: now - 4000, helpedAt: 0 });

  test("takes a seat and is told how many there are", () => {
    const decided = decide({}, { ...silent, event: "started" });
    expect(decided).toMatchObject({ seat: { helpedAt: 0 }, offers: 0, size: { incomplete: 21 } });
  });

  test("goes on as any other while it wants nobody", () => {
    expect(decide({ seat: counted, swarm: swarmOf(5) }, silent)).toMatchObject({ seat: null, offers: 0 });
  });

  test("is a newcomer to the others once it has offers: all of them go out, and its seat begins anew", () => {
    expect(decide({ seat: counted })).toMatchObject({
      seat: { takenAt: now, helpedAt: now, othersWhenHelped: 20 },
      offers: 5,
    });
  });
});

test("a throttled store doesn't make it look as if everybody had left", () => {
  const swarm = { seats: [], complete: 0, incomplete: 0, isWhole: false };
  expect(decide({ seat: settled, swarm })).toMatchObject({ seat: null, offers: 0 });
});

describe("without `started` on a new connection", () => {
  test("a viewer without a seat still has its peers: one offer is enough", () => {
    expect(decide({}).offers).toBe(1);
  });

  test("a viewer whose old connection still holds its seat has changed networks and starts over", () => {
    const held = seat("viewer", { connection: { id: "dead", locality: connection.locality } });
    expect(decide({ seat: held })).toMatchObject({
      seat: { connection, takenAt: now, othersWhenHelped: 20 },
      offers: 5,
    });
  });
});

test("a seat on probation is confirmed by the second announce, with the first count of the others", () => {
  const young = {
    connection,
    takenAt: now - 60,
    othersWhenHelped: 18,
    helpedAt: now - 60,
    expiresAt: now + 90,
  };
  expect(decide({ seat: seat("viewer", young) })).toMatchObject({
    seat: { takenAt: now - 60, othersWhenHelped: 18, helpedAt: now - 60, expiresAt: now + 8100 },
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

  test("counts a viewer once if it was there before it started again", () => {
    expect(decide({ swarm: swarmOf(20) }, { event: "started" }).size).toEqual({
      complete: 0,
      incomplete: 21,
    });
  });

  test("counts a seated viewer once if the sample doesn't show it", () => {
    const swarm = { ...others(20), incomplete: 21 };
    expect(decide({ seat: settled, swarm }).size).toEqual({ complete: 0, incomplete: 21 });
  });

  test("counts a newcomer with the whole content as complete", () => {
    expect(decide({ swarm: others(20) }, { isSeeder: true }).size).toEqual({ complete: 1, incomplete: 20 });
  });

  test("counts a viewer that completes as complete and no longer as incomplete", () => {
    expect(decide({ seat: settled }, { event: "completed" }).size).toEqual({ complete: 1, incomplete: 20 });
  });

  test("counts a seeder that is no longer complete as incomplete", () => {
    const swarm = { ...others(20), complete: 1 };
    expect(decide({ seat: { ...settled, isSeeder: true }, swarm }).size).toEqual({
      complete: 0,
      incomplete: 21,
    });
  });

  test("isn't known if the store can't show the swarm", () => {
    const swarm = { seats: [], complete: 0, incomplete: 0, isWhole: false };
    expect(decide({ seat: settled, swarm }).size).toEqual({ complete: 0, incomplete: 0 });
    expect(decide({ swarm: { ...swarm, isWhole: true } }).size).toEqual({ complete: 0, incomplete: 1 });
  });
});

describe("a seat says that its viewer has the whole content", () => {
  test.each([
    ["when it takes the seat so", {}, { isSeeder: true }, true],
    ["when it completes while it sits", { seat: settled }, { event: "completed" }, true],
    ["but not for an event of another kind", {}, { event: "started" }, false],
  ] as const)("%s", (_, context, said, isSeeder) => {
    expect(decide(context, said).seat).toMatchObject({ isSeeder });
  });
});
