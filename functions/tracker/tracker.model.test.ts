// Random traces of what clients do, against a model of who should sit where, with every invariant checked each step.
// A trace is made from a seed, which the test's name tells: SEED=… runs the same again.

import { expect, test } from "vitest";
import type { Post } from "./announcing.ts";
import { Figures } from "./figures.ts";
import { LoadControl } from "./load.ts";
import type { Announce, Request } from "./messages.ts";
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
  place: { lan: `lan ${number % 4}`, net: number % 3 === 0 ? null : `DE-${number % 3}` },
}));

/** Mulberry32: small, seeded, good enough to choose steps by. */
function seeded(state: number): () => number {
  let at = state;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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

async function run(random: () => number): Promise<void> {
  const pick = <Value>(values: readonly Value[]): Value => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  };
  let now = 1_800_000_000;
  const nowSeconds = () => now;
  const swarms = new MemorySwarms(nowSeconds);
  const model = new Model();
  const tracker = new Tracker({
    swarms,
    connections: { send: async () => "sent" },
    load: new LoadControl(),
    figures: new Figures("model", now),
    nowSeconds,
    random,
    onFailure: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });

  for (let step = 0; step < stepsEach; step++) {
    now += random() * 0.2;
    const connection = pick(connections);
    if (random() < 0.1) {
      await tracker.leave(connection);
      model.close(connection);
    } else {
      const request = someRequest(pick, random);
      const posts = await tracker.handle(connection, request);
      if (request.kind === "announce") model.apply(connection, request);
      checkPosts(request, posts, model);
    }
    await checkSeats(swarms, model, random);
  }
}

function someRequest(pick: <Value>(values: readonly Value[]) => Value, random: () => number): Request {
  const [infoHash, peerId, toPeerId] = [pick(swarmNames), pick(peerNames), pick(peerNames)];
  if (random() < 0.2) {
    return { kind: "answer", infoHash, peerId, toPeerId, answer: { type: "answer", sdp: "" }, offerId: "1" };
  }
  if (random() < 0.1) return { kind: "scrape", infoHashes: swarmNames };
  const offers = Array.from({ length: Math.floor(random() * 8) }, (_, number) => ({
    offer: { type: "offer" as const, sdp: "" },
    offerId: String(number),
  }));
  const event = pick(["started", null, null, "completed", "stopped"] as const);
  return {
    kind: "announce",
    infoHash,
    peerId,
    event,
    isSeeder: false,
    numwant: Math.floor(random() * 8),
    offers,
  };
}

function checkPosts(request: Request, posts: readonly Post[], model: Model): void {
  const toOthers = posts.flatMap(({ to, message }) => (to ? [{ to, message }] : []));
  for (const { to } of toOthers) {
    expect(to.infoHash).toBe("infoHash" in request && request.infoHash);
    expect(model.holder(to.infoHash, to.peerId)?.id).toBe(to.connection.id);
  }
  if (request.kind === "scrape") {
    const files = Object.entries(posts[0]?.message.files ?? {});
    expect(files.map(([name]) => name)).toEqual(swarmNames);
    for (const [name, { complete, incomplete }] of files)
      expect(complete + incomplete).toBe(model.size(name));
  }
  if (request.kind === "answer") {
    const isThere = model.holder(request.infoHash, request.toPeerId) !== undefined;
    expect(posts.map(({ to }) => to?.peerId)).toEqual(isThere ? [request.toPeerId] : []);
  }
  if (request.kind === "announce") {
    const [reply] = posts;
    expect(reply).toMatchObject({ to: null, message: { interval: expect.any(Number) } });
    const { complete = 0, incomplete = 0 } = reply?.message ?? {};
    expect(complete + incomplete).toBe(model.size(request.infoHash));
    expect(toOthers.length).toBeLessThanOrEqual(Math.min(request.offers.length, request.numwant));
    expect(new Set(toOthers.map(({ to }) => to.peerId)).size).toBe(toOthers.length);
    expect(toOthers.map(({ to }) => to.peerId)).not.toContain(request.peerId);
    expect(toOthers.map(({ message }) => message.offer_id)).toEqual(
      toOthers.map((_, number) => String(number)),
    );
  }
}

/** Each ring shows exactly those who should sit in it. */
async function checkSeats(swarms: MemorySwarms, model: Model, random: () => number): Promise<void> {
  for (const infoHash of swarmNames) {
    const seated = peerNames.filter((peerId) => model.holder(infoHash, peerId));
    for (const peerId of peerNames) {
      const found = await swarms.find(infoHash, peerId);
      expect(found?.connection.id).toBe(model.holder(infoHash, peerId)?.id);
    }
    const { seats } = await swarms.sampleWorld(infoHash, random());
    expect(seats.map(({ peerId }) => peerId).toSorted()).toEqual(seated);
    for (const { place } of connections) {
      const sits = (isNear: (holder: Connection | undefined) => boolean) =>
        seated.filter((peerId) => isNear(model.holder(infoHash, peerId)));
      const lan = await swarms.sampleLan(infoHash, place.lan, random());
      expect(lan.map(({ peerId }) => peerId).toSorted()).toEqual(
        sits((holder) => holder?.place.lan === place.lan),
      );
      if (place.net === null) continue;
      const net = await swarms.sampleNet(infoHash, place.net, random());
      expect(net.map(({ peerId }) => peerId).toSorted()).toEqual(
        sits((holder) => holder?.place.net === place.net),
      );
    }
  }
}

test(`${traces} random traces keep every invariant after every step (SEED=${seed})`, async () => {
  for (let trace = 0; trace < traces; trace++) await run(seeded(seed + trace));
});
