import { expect, test } from "vitest";
import { heldSeats, seatFrom, worldItem } from "./seat-items.ts";
import type { Seat } from "./swarms.ts";

const seat: Seat = {
  infoHash: "a film--------------",
  peerId: "a viewer------------",
  connection: { id: "L0SM9cOFvHcCIhw=", locality: { lan: "home", net: "DE-3320" } },
  isSeeder: false,
  expiresAt: 1_800_008_100,
  takenAt: 1_800_000_000,
  othersWhenHelped: 12,
  helpedAt: 1_800_000_000,
};

test("a seat without counts, from an older release, is read with zeros", () => {
  const { met: _, metAt: __, ...older } = worldItem(seat);
  expect(seatFrom(older)).toEqual({ ...seat, othersWhenHelped: 0, helpedAt: 0 });
});

test("only the attributes of a connection's item that are named after a swarm and a peer are its seats", () => {
  const item = {
    ring: { S: "lan#home" },
    net: { S: "DE-3320" },
    expiresAt: { N: "1800008100" },
    "YSBmaWxt.YW5u": { N: "1800000100" },
    "a.note": { S: "in words" },
  };
  expect(heldSeats(item)).toEqual([
    { infoHash: "a film", peerId: "ann", expiresAt: 1_800_000_100, othersWhenHelped: null },
  ]);
});
