/** The tracker's last column in the wire protocol, row by row, through API Gateway's stand-in and on DynamoDB. */

import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type CloudTracker, startCloudTracker } from "./tracker/cloud.ts";
import { id, offers, Viewer, type ViewerOptions } from "./tracker/viewer.ts";

let tracker: CloudTracker;
beforeAll(async () => {
  tracker = await startCloudTracker();
});
afterAll(() => tracker.stop());

let swarms = 0;
/** A swarm that no other test knows. */
function newSwarm(): string {
  return id(`swarm ${++swarms} \u0000\u0080`);
}

async function viewer(options: ViewerOptions = {}): Promise<Viewer> {
  const one = await Viewer.connect(tracker.url, options);
  onTestFinished(() => one.close());
  return one;
}

/** Viewers who sit in a swarm: peer 0, 1, 2 … */
async function seated(swarm: string, count: number): Promise<Viewer[]> {
  const all: Viewer[] = [];
  for (let index = 0; index < count; index++) {
    const one = await viewer();
    await one.announced(swarm, id(`peer ${index}`), { offers: [], numwant: 0 });
    one.heard.length = 0;
    all.push(one);
  }
  return all;
}

async function counts(swarm: string) {
  const asker = await viewer();
  asker.send({ action: "scrape", info_hash: swarm });
  const { files } = await asker.hears("counts", ({ action }) => action === "scrape");
  return files?.[swarm];
}

const quiet = () => new Promise((resolve) => setTimeout(resolve, 300));

test("an announce is answered with interval, info_hash, complete and incomplete", async () => {
  const swarm = newSwarm();
  const ann = await viewer();
  const reply = await ann.announced(swarm, id("ann"));
  expect(reply).toEqual({
    action: "announce",
    info_hash: swarm,
    interval: expect.any(Number),
    complete: 0,
    incomplete: 1,
  });
  expect(reply.interval).toBeLessThanOrEqual(540);
});

test("a client that has everything counts as complete", async () => {
  const swarm = newSwarm();
  const ann = await viewer();
  expect(await ann.announced(swarm, id("ann"), { left: 0 })).toMatchObject({ complete: 1, incomplete: 0 });
  const bob = await viewer();
  expect(await bob.announced(swarm, id("bob"), { left: null })).toMatchObject({ complete: 1, incomplete: 1 });
  await bob.announced(swarm, id("bob"), { event: "completed", left: 0 });
  expect(await counts(swarm)).toEqual({ complete: 2, incomplete: 0, downloaded: 2 });
});

test("the reply to an announce comes before its offers reach anyone", async () => {
  const swarm = newSwarm();
  const [bob] = await seated(swarm, 1);
  const ann = await viewer();
  ann.announce(swarm, id("ann"));
  await bob?.hearsOffer(id("ann"));
  expect(ann.heard).toHaveLength(1);
});

test("an offer reaches another viewer as it was sent, with its id byte for byte", async () => {
  const swarm = newSwarm();
  const [bob] = await seated(swarm, 1);
  const ann = await viewer();
  const [offer] = offers(1, 200);
  ann.announce(swarm, id("ann"), { offers: [offer], numwant: 1 });
  expect(await bob?.hearsOffer(id("ann"))).toEqual({
    action: "announce",
    offer: offer?.offer,
    offer_id: offer?.offer_id,
    peer_id: id("ann"),
    info_hash: swarm,
  });
});

test("offers go to distinct receivers, never to the sender", async () => {
  const swarm = newSwarm();
  const others = await seated(swarm, 3);
  const ann = await viewer();
  await ann.announced(swarm, id("ann"));
  await Promise.all(others.map((other) => other.hearsOffer(id("ann"))));
  await quiet();
  const received = others.map((other) => other.heard.filter(({ offer }) => offer).length);
  expect(received).toEqual([1, 1, 1]);
  expect(ann.heard.filter(({ offer }) => offer)).toEqual([]);
});

test.each([
  ["numwant", { numwant: 2 }, 2],
  ["the offers there are", { offers: offers(1) }, 1],
  ["the pace", { offers: offers(20), numwant: 50 }, 5],
])("no more offers are relayed than %s", async (_, more, most) => {
  const swarm = newSwarm();
  const others = await seated(swarm, 7);
  const ann = await viewer();
  await ann.announced(swarm, id("ann"), more);
  await quiet();
  expect(others.flatMap(({ heard }) => heard.filter(({ offer }) => offer))).toHaveLength(most);
});

test("an answer reaches the peer whose offer it answers, and has no reply", async () => {
  const swarm = newSwarm();
  const [bob] = await seated(swarm, 1);
  const ann = await viewer();
  await ann.announced(swarm, id("ann"));
  const offer = await bob?.hearsOffer(id("ann"));
  bob?.answer(swarm, id("peer 0"), id("ann"), offer?.offer_id ?? "");
  expect(await ann.hearsAnswer(id("peer 0"))).toEqual({
    action: "announce",
    answer: { type: "answer", sdp: expect.any(String) },
    offer_id: offer?.offer_id,
    peer_id: id("peer 0"),
    info_hash: swarm,
  });
  await quiet();
  expect(bob?.heard).toEqual([offer]);
});

test("an answer to a peer of another swarm goes nowhere", async () => {
  const [swarm, other] = [newSwarm(), newSwarm()];
  const [bob] = await seated(swarm, 1);
  const eve = await viewer();
  eve.answer(other, id("eve"), id("peer 0"), "offer");
  await quiet();
  expect(bob?.heard).toEqual([]);
  expect(eve.isOpen).toBe(true);
});

test("an answer for a viewer who left is dropped, and the answerer's socket stays", async () => {
  const swarm = newSwarm();
  const [bob] = await seated(swarm, 1);
  bob?.answer(swarm, id("peer 0"), id("gone"), "offer");
  await quiet();
  expect(bob?.heard).toEqual([]);
  expect(bob?.isOpen).toBe(true);
});

test("a peer id seen on another connection takes the seat there, and the old connection loses it", async () => {
  const swarm = newSwarm();
  const [old] = await seated(swarm, 1);
  const young = await viewer();
  await young.announced(swarm, id("peer 0"), { event: undefined, offers: [], numwant: 0 });
  old?.announce(swarm, id("peer 0"), { event: "stopped", offers: [], numwant: 0 });
  await old?.hearsReply(swarm);
  await old?.close();
  await quiet();
  expect(await counts(swarm)).toMatchObject({ incomplete: 1 });
  const ann = await viewer();
  await ann.announced(swarm, id("ann"));
  expect(await young.hearsOffer(id("ann"))).toBeDefined();
});

test("several peer ids on one connection all work, and all leave when it closes", async () => {
  const [one, two] = [newSwarm(), newSwarm()];
  const both = await viewer();
  await both.announced(one, id("a"));
  await both.announced(two, id("b"));
  await both.announced(two, id("c"));
  expect([await counts(one), await counts(two)]).toMatchObject([{ incomplete: 1 }, { incomplete: 2 }]);
  await both.close();
  await quiet();
  expect([await counts(one), await counts(two)]).toMatchObject([{ incomplete: 0 }, { incomplete: 0 }]);
});

test("two peers on one connection are introduced to each other", async () => {
  const swarm = newSwarm();
  const both = await viewer();
  await both.announced(swarm, id("a"));
  both.announce(swarm, id("b"));
  expect(await both.hearsOffer(id("b"))).toBeDefined();
});

test("stopped leaves the swarm and is answered", async () => {
  const swarm = newSwarm();
  const [bob] = await seated(swarm, 1);
  expect(await bob?.announced(swarm, id("peer 0"), { event: "stopped" })).toMatchObject({ incomplete: 0 });
  expect(bob?.isOpen).toBe(true);
});

test("only the connection that sits there can stop", async () => {
  const swarm = newSwarm();
  await seated(swarm, 1);
  const eve = await viewer();
  expect(await eve.announced(swarm, id("peer 0"), { event: "stopped" })).toMatchObject({ incomplete: 1 });
});

test("an announce without an event on a new connection takes the seat, as after a reconnect", async () => {
  const swarm = newSwarm();
  const ann = await viewer();
  await ann.announced(swarm, id("ann"), { event: undefined });
  expect(await counts(swarm)).toMatchObject({ incomplete: 1 });
});

test("a scrape of one or many is answered with counts", async () => {
  const [one, empty] = [newSwarm(), newSwarm()];
  await seated(one, 2);
  const asker = await viewer();
  asker.send({ action: "scrape", info_hash: [one, empty] });
  expect(await asker.hears("counts", ({ files }) => files !== undefined)).toEqual({
    action: "scrape",
    files: {
      [one]: { complete: 0, incomplete: 2, downloaded: 0 },
      [empty]: { complete: 0, incomplete: 0, downloaded: 0 },
    },
  });
});
