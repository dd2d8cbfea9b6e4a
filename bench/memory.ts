/** Measures how much memory a viewer takes in the store that keeps swarms in memory. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parse } from "../functions/tracker/messages.ts";
import { MemorySwarms } from "../functions/tracker/swarms-memory.ts";
import type { Measure } from "./measurement.ts";

const VIEWERS = 200_000;
const NETWORKS = 2_000;

export const measure: Measure = async () => {
  const swarms = new MemorySwarms(() => 0);
  const before = heapUsed();
  for (let number = 0; number < VIEWERS; number++) await takeSeat(swarms, number);
  const taken = heapUsed() - before;
  for (let number = 0; number < VIEWERS; number++) await swarms.leaveAll(connectionOf(number));
  const left = heapUsed() - before;
  const bytes = (value: number) => `${Math.round(value)} bytes`;
  return {
    title: "Memory of the in-memory store",
    method: `${VIEWERS.toLocaleString("en")} viewers in one swarm, each behind an address of its own, in ${NETWORKS.toLocaleString("en")} networks; their strings made by parsing announces, as in production. Heap after garbage collection.`,
    figures: [
      { what: "for each viewer", value: bytes(taken / VIEWERS) },
      { what: "for each viewer, after all have left", value: bytes(left / VIEWERS) },
    ],
  };
};

async function takeSeat(swarms: MemorySwarms, number: number): Promise<void> {
  const peerId = String(number).padStart(20, "-");
  const text = JSON.stringify({
    action: "announce",
    info_hash: "one swarm for all---",
    peer_id: peerId,
    event: "started",
  });
  const announce = parse(text);
  if (announce.kind !== "announce") throw new Error("not an announce");
  const { infoHash, isSeeder } = announce;
  const connection = connectionOf(number);
  await swarms.take({
    infoHash,
    peerId: announce.peerId,
    connection,
    isSeeder,
    takenAt: 0,
    expiresAt: 1000,
    othersWhenHelped: 0,
    helpedAt: 0,
  });
}

function connectionOf(number: number) {
  return {
    id: `connection-${number}`,
    locality: { lan: `address-${number}`, net: `DE-${number % NETWORKS}` },
  };
}

const collectGarbage: () => void = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
