/** What the tracker does when something around it fails or a client is hostile: the line is never cut. */

import { beforeEach, expect, onTestFinished, test } from "vitest";
import { openDynamoDb } from "../../functions/tracker/dynamodb.ts";
import { DynamoDbSwarms } from "../../functions/tracker/swarms-dynamodb.ts";
import { type CloudTracker, originSecret, startCloudTracker } from "./tracker/cloud.ts";
import { id, Viewer } from "./tracker/viewer.ts";

let tracker: CloudTracker;
beforeEach(async () => {
  tracker = await startCloudTracker();
  onTestFinished(() => tracker.stop());
});

const swarm = id("swarm");

async function viewer(headers: Readonly<Record<string, string>> = {}): Promise<Viewer> {
  const one = await Viewer.connect(tracker.url, { headers });
  onTestFinished(() => one.close());
  return one;
}

test("while DynamoDB is away, announces are refused in words and connections stay; when it is back, the next works", async () => {
  const [ann, bob] = [await viewer(), await viewer()];
  await bob.announced(swarm, id("bob"));
  await tracker.dynamoDb.goAway();
  ann.announce(swarm, id("ann"));
  expect(await ann.hearsFailure()).toMatchObject({ action: "announce", info_hash: swarm });
  expect(await ann.hears("an interval", ({ interval }) => interval !== undefined)).toEqual({
    action: "announce",
    info_hash: swarm,
    interval: expect.any(Number),
    complete: 0,
    incomplete: 0,
  });
  await tracker.dynamoDb.comeBack();
  await ann.announced(swarm, id("ann"), { event: undefined });
  expect(await bob.hearsOffer(id("ann"))).toBeDefined();
  expect([ann.isOpen, bob.isOpen]).toEqual([true, true]);
});

test("a viewer whose connection is gone without a word is found out by the first offer to it, and leaves", async () => {
  const nowSeconds = () => Date.now() / 1000;
  const dynamoDb = openDynamoDb({
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: tracker.dynamoDb.endpoint,
  });
  const connection = { id: "L0SM9cOFvHcCIhw=", locality: { lan: "somewhere", net: "DE-1" } };
  const seat = { infoHash: swarm, peerId: id("ghost"), connection, isSeeder: false };
  await new DynamoDbSwarms(dynamoDb, "SeatsTable", nowSeconds).take({
    ...seat,
    takenAt: Math.floor(nowSeconds()),
    othersWhenHelped: 1,
    helpedAt: Math.floor(nowSeconds()),
    expiresAt: Math.floor(nowSeconds()) + 3600,
  });
  const ann = await viewer();
  expect(await ann.announced(swarm, id("ann"))).toMatchObject({ incomplete: 2 });
  const bob = await viewer();
  await expect.poll(() => bob.announced(swarm, id("bob"), { offers: [] })).toMatchObject({ incomplete: 2 });
});

test("a connection that asks too much is told, disconnected if it goes on, and others are served", async () => {
  const ann = await viewer();
  for (let time = 0; time < 41; time++) ann.announce(swarm, id("ann"), { offers: [] });
  const failure = await ann.hearsFailure();
  expect(failure["failure reason"]).toContain("slow down");
  const { interval = 0 } = await ann.hears(
    "an interval alone",
    ({ complete, interval }) => !complete && !!interval,
  );
  expect(interval).toBeGreaterThan(120);
  expect(ann.isOpen).toBe(true);
  for (let time = 0; time < 3; time++) ann.announce(swarm, id("ann"), { offers: [] });
  await expect.poll(() => ann.isOpen, { timeout: 10_000 }).toBe(false);
  const bob = await viewer();
  expect(await bob.announced(swarm, id("bob"))).toBeDefined();
});

test("hostile messages get nothing but refusals, and the connection works on", async () => {
  const ann = await viewer();
  const hostile = [
    "",
    "null",
    "{",
    "\u0000",
    '{"action":"announce"}',
    '{"action":{}}',
    '{"__proto__":1}',
    "[[[[",
    '"',
  ];
  for (const text of hostile) ann.send(text);
  ann.send({ action: "announce", info_hash: swarm, peer_id: id("ann"), offers: "x".repeat(20_000) });
  await expect.poll(() => ann.heard.length).toBe(hostile.length + 1);
  for (const message of ann.heard) {
    expect(message).toMatchObject({ action: "announce", "failure reason": expect.any(String) });
  }
  expect(await ann.announced(swarm, id("ann"))).toMatchObject({ incomplete: 1 });
});

test("offers go to those behind the same address first, then to the same network, and one to the world", async () => {
  const home = { "CloudFront-Viewer-Address": "198.51.100.7:5000" };
  const network = { "CloudFront-Viewer-Country": "DE", "CloudFront-Viewer-ASN": "3320" };
  const sit = async (name: string, headers: Readonly<Record<string, string>>) => {
    const one = await viewer(headers);
    await one.announced(swarm, id(name), { offers: [], numwant: 0 });
    return one;
  };
  const address = (number: number) => ({ "CloudFront-Viewer-Address": `203.0.113.${number}:5000` });
  for (let number = 0; number < 25; number++) await sit(`far ${number}`, address(number));
  const sibling = await sit("sibling", { ...home, ...network });
  const compatriot = await sit("compatriot", { ...address(99), ...network });
  const ann = await viewer({ ...home, ...network });
  await ann.announced(swarm, id("ann"));
  expect(await sibling.hearsOffer(id("ann"))).toBeDefined();
  expect(await compatriot.hearsOffer(id("ann"))).toBeDefined();
});

test.each([
  ["what doesn't come through CloudFront", { "x-shoal-origin": "a guess" }, 403],
  ["a page of another site", { Origin: "https://elsewhere.example" }, 403],
])("%s is refused at the door", async (_, headers, status) => {
  await expect(Viewer.connect(tracker.url, { headers })).rejects.toThrow(String(status));
});

test("a page of this deployment is let in", async () => {
  const ann = await viewer({ Origin: "https://player.example" });
  expect(await ann.announced(swarm, id("ann"))).toBeDefined();
});

test("what is logged tells no address, secret or session description", async () => {
  const ann = await viewer({ "CloudFront-Viewer-Address": "198.51.100.7:5000" });
  await ann.announced(swarm, id("ann"));
  await Viewer.connect(tracker.url, { headers: { Origin: "https://elsewhere.example" } }).catch(() => {});
  await tracker.dynamoDb.goAway();
  ann.announce(swarm, id("ann"));
  await ann.hearsFailure();
  const logs = tracker.logs.join("\n");
  expect(logs).toContain("a request (announce) failed");
  expect(logs).toContain("a connection was refused");
  expect(logs).not.toContain("198.51.100.7");
  expect(logs).not.toContain(originSecret);
  expect(logs).not.toContain("candidate");
});
