/**
 * Random traces of what clients do, against a model of which connection should hold which seat, with every invariant
 * checked after each step. A trace follows from a seed, which the test's name tells: SEED=… runs the same trace again.
 */

import { expect, test } from "vitest";
import { Chance } from "../../bench/chance.ts";
import { kindOf } from "../../test/doubles/strict-client.ts";
import { LoadControl } from "./load.ts";
import type { Announce, Request } from "./messages.ts";
import { Metrics } from "./metrics.ts";
import type { Outcome } from "./outgoing.ts";
import type { Connection } from "./swarms.ts";
import { MemorySwarms } from "./swarms-memory.ts";
import { Tracker } from "./tracker.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32));
const traces = 20;
const stepsEach = 150;

const swarmNames = ["film", "song"].map((name) => name.padEnd(20));
const peerNames = Array.from({ length: 9 }, (_, number) => `peer ${number}`.padEnd(20));
const connections: Connection[] = Array.from({ length: 6 }, (_, number) => ({
  id: `connection ${number}`,
  locality: { lan: `lan ${number % 4}`, net: number % 3 === 0 ? null : `DE-${number % 3}` },
}));

/** Who should sit where: the connection that announced last under a peer id in a swarm, until it stops or closes. */
class Model {
  readonly holders = new Map<string, Connection>();

  key(infoHash: string, peerId: string): string {
    return `${infoHash}|${peerId}`;
  }

  holder(infoHash: string, peerId: string): Connection | undefined {
    return this.holders.get(this.key(infoHash, peerId));
  }

  size(infoHash: string): number {
    return [...this.holders.keys()].filter((key) => key.startsWith(infoHash)).length;
  }

  apply(connection: Connection, { infoHash, peerId, event }: Announce): void {
    const key = this.key(infoHash, peerId);
    if (event !== "stopped") this.holders.set(key, connection);
    else if (this.holders.get(key) === connection) this.holders.delete(key);
  }

  close(connection: Connection): void {
    for (const [key, holder] of this.holders) if (holder === connection) this.holders.delete(key);
  }
}

async function run(chance: Chance): Promise<void> {
  let now = 1_800_000_000;
  const nowSeconds = () => now;
  const swarms = new MemorySwarms(nowSeconds);
  const model = new Model();
  const tracker = new Tracker({
    swarms,
    connections: { send: async () => "sent", disconnect: async () => {} },
    load: new LoadControl(),
    metrics: new Metrics("model"),
    nowSeconds,
    random: chance.next,
    onFailure: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });

  for (let step = 0; step < stepsEach; step++) {
    now += chance.between(0, 0.2);
    const connection = chance.pick(connections);
    if (chance.happens(0.1)) {
      await tracker.leave(connection);
      model.close(connection);
    } else {
      const request = someRequest(chance);
      const outcome = await tracker.outcomeOf(connection, request);
      if (request.kind === "announce") model.apply(connection, request);
      checkOutcome(request, outcome, model);
    }
    await checkSeats(swarms, model, chance);
  }
}

function someRequest(chance: Chance): Request {
  const [infoHash, peerId, toPeerId] = [
    chance.pick(swarmNames),
    chance.pick(peerNames),
    chance.pick(peerNames),
  ];
  if (chance.happens(0.2)) {
    return { kind: "answer", infoHash, peerId, toPeerId, answer: { type: "answer", sdp: "" }, offerId: "1" };
  }
  if (chance.happens(0.1)) return { kind: "scrape", infoHashes: swarmNames };
  const offers = Array.from({ length: chance.below(8) }, (_, number) => ({
    offer: { type: "offer" as const, sdp: "" },
    offerId: String(number),
  }));
  const event = chance.pick(["started", null, null, "completed", "stopped"] as const);
  return { kind: "announce", infoHash, peerId, event, isSeeder: false, numwant: chance.below(8), offers };
}

function checkOutcome(request: Request, { refusal, reply, offers, answer }: Outcome, model: Model): void {
  const relays = answer ? [...offers, answer] : offers;
  for (const { to, message } of relays) {
    expect(to.infoHash).toBe("infoHash" in request && request.infoHash);
    expect(model.holder(to.infoHash, to.peerId)?.id).toBe(to.connection.id);
    kindOf(message);
  }
  expect(refusal).toBeNull();
  if (reply) kindOf(reply);
  if (request.kind === "scrape") {
    const files = Object.entries(reply && "files" in reply ? reply.files : {});
    expect(files.map(([name]) => name)).toEqual(swarmNames);
    for (const [name, { complete, incomplete }] of files)
      expect(complete + incomplete).toBe(model.size(name));
    expect(relays).toEqual([]);
  }
  if (request.kind === "answer") {
    const isThere = model.holder(request.infoHash, request.toPeerId) !== undefined;
    expect(reply).toBeNull();
    expect(offers).toEqual([]);
    expect(answer?.to.peerId).toBe(isThere ? request.toPeerId : undefined);
  }
  if (request.kind === "announce") {
    expect(reply).toMatchObject({ interval: expect.any(Number) });
    const { complete, incomplete } = reply && "interval" in reply ? reply : { complete: 0, incomplete: 0 };
    expect(complete + incomplete).toBe(model.size(request.infoHash));
    expect(answer).toBeNull();
    expect(offers.length).toBeLessThanOrEqual(Math.min(request.offers.length, request.numwant));
    expect(new Set(offers.map(({ to }) => to.peerId)).size).toBe(offers.length);
    expect(offers.map(({ to }) => to.peerId)).not.toContain(request.peerId);
    expect(offers.map(({ message }) => message.offer_id)).toEqual(offers.map((_, number) => String(number)));
  }
}

/** Each ring shows exactly those who should sit in it. */
async function checkSeats(swarms: MemorySwarms, model: Model, chance: Chance): Promise<void> {
  for (const infoHash of swarmNames) {
    const seated = peerNames.filter((peerId) => model.holder(infoHash, peerId));
    for (const peerId of peerNames) {
      const found = await swarms.find(infoHash, peerId);
      expect(found?.connection.id).toBe(model.holder(infoHash, peerId)?.id);
    }
    for (const sample of [
      await swarms.sampleWorld(infoHash, chance.next()),
      await swarms.readAll(infoHash),
    ]) {
      expect(sample?.seats.map(({ peerId }) => peerId).toSorted()).toEqual(seated);
    }
    for (const { locality } of connections) {
      const sits = (isNear: (holder: Connection | undefined) => boolean) =>
        seated.filter((peerId) => isNear(model.holder(infoHash, peerId)));
      const lan = await swarms.sampleLan(infoHash, locality.lan, chance.next());
      expect(lan.map(({ peerId }) => peerId).toSorted()).toEqual(
        sits((holder) => holder?.locality.lan === locality.lan),
      );
      if (locality.net === null) continue;
      const net = await swarms.sampleNet(infoHash, locality.net, chance.next());
      expect(net.map(({ peerId }) => peerId).toSorted()).toEqual(
        sits((holder) => holder?.locality.net === locality.net),
      );
    }
  }
}

test(`${traces} random traces keep every invariant after every step (SEED=${seed})`, async () => {
  for (let trace = 0; trace < traces; trace++) await run(new Chance(seed + trace));
});
