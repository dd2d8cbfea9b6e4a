import { expect, test } from "vitest";
import { heldSeats, seatFrom, worldItem } from "./seat-items.ts";
import type { Seat } from "./swarms.ts";

const seat: Seat = {
  infoHash: "a film--------------",
  peerId: "a viewer------------",
  connection: { id: "L0SM9cOFvHcCIhw=", place: { lan: "home", net: "DE-3320" } },
  isSeeder: false,
  expiresAt: 1_800_008_100,
  takenAt: 1_800_000_000,
  met: 12,
  metAt: 1_800_000_000,
};

test("a seat that a release wrote before viewers' company was counted is still a seat, which has met nobody", () => {
  const { met: _, metAt: __, ...older } = worldItem(seat);
  expect(seatFrom(older)).toEqual({ ...seat, met: 0, metAt: 0 });
});

test("of a connection's item, only what is named after a swarm and a peer is a seat it holds", () => {
  const item = {
    ring: { S: "lan#home" },
    net: { S: "DE-3320" },
    expiresAt: { N: "1800008100" },
    "YSBmaWxt.YW5u": { N: "1800000100" },
    "a.note": { S: "in words" },
  };
  expect(heldSeats(item)).toEqual([
    { infoHash: "a film", peerId: "ann", expiresAt: 1_800_000_100, met: null },
  ]);
});
