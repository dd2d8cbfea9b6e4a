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

function decide(situation: Partial<Situation>, event: Announce["event"] = null) {
  const offers = Array.from({ length: 5 }, (_, n) => ({ offer: description, offerId: `offer ${n}` }));
  const announce: Announce = {
    ...{ kind: "announce", infoHash: "swarm", peerId: "viewer", event, isSeeder: false },
    ...{ numwant: 5, offers },
  };
  const swarm = situation.swarm ?? swarmOf(20);
  const candidates = { lan: [], net: [], world: swarm.seats };
  const decided = decideAnnounce(announce, {
    ...{ connection, seat: undefined, swarm, candidates, nowSeconds: now, random: () => 0.5 },
    ...situation,
  });
  return { seat: decided.seat, offers: decided.posts.length - 1 };
}

const settled = seat("viewer", { connection, takenAt: now - 4000, metAt: now - 4000 });

test("a first announce takes a seat, and counts who is there", () => {
  expect(decide({}, "started")).toMatchObject({ seat: { takenAt: now, met: 21, metAt: now }, offers: 5 });
});

test("a settled viewer keeps its seat as it is, and nobody gets its offers", () => {
  expect(decide({ seat: settled })).toEqual({ seat: null, offers: 0 });
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

  test("all are there and as many have come: it needs no help", () => {
    expect(decide({ seat: settled, swarm: swarmOf(40, 20) })).toEqual({ seat: null, offers: 0 });
  });
});

test("a store too busy to show the swarm is no sign that everybody left", () => {
  const swarm = { seats: [], complete: 0, incomplete: 0 };
  expect(decide({ seat: settled, swarm })).toEqual({ seat: null, offers: 0 });
});

describe("without `started` and on a new connection", () => {
  test("a viewer whose seat is free has its neighbours still: one offer is enough", () => {
    expect(decide({}).offers).toBe(1);
  });

  test("a viewer whose seat its dead connection holds has changed networks, and starts over", () => {
    const held = seat("viewer", { connection: { id: "dead", place: connection.place } });
    expect(decide({ seat: held })).toMatchObject({ seat: { connection, takenAt: now }, offers: 5 });
  });
});

test("a seat on probation is confirmed by the second announce, with its company as first counted", () => {
  const young = { connection, takenAt: now - 60, met: 18, metAt: now - 60, expiresAt: now + 90 };
  expect(decide({ seat: seat("viewer", young) }).seat).toMatchObject({
    ...{ takenAt: now - 60, met: 18, metAt: now - 60, expiresAt: now + 8100 },
  });
});
