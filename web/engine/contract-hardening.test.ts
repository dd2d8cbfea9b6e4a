/**
 * What the engine bears from a hostile peer, tested with the bundle that pages load (build/patched-core/hardening.ts).
 * An upgrade of the library that undoes any of it fails here.
 */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  announcement,
  COMMAND,
  command,
  firstPart,
  framed,
  laterPart,
} from "../../test/doubles/core-messages.ts";
import {
  AUDIO,
  bytesOf,
  everybodyLeaves,
  LOW,
  pair,
  pass,
  segmentUrl,
  Viewer,
} from "../../test/doubles/engine-viewer.ts";
import { network } from "../../test/doubles/peer-network.ts";

vi.mock("p2p-media-loader-core", async () => {
  const { installNetwork } = await import("../../test/doubles/peer-network.ts");
  // The bundle looks for WebRTC when it is loaded.
  installNetwork();
  return vi.importActual("p2p-media-loader-core");
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", vi.fn());
  network.reset();
});

afterEach(async () => {
  await everybodyLeaves();
  vi.useRealTimers();
});

type Message = Uint8Array<ArrayBuffer>;

/** Eve, whose connection with Bob says what a test lets it say. `heard` is what Bob sent her. */
async function hostile() {
  const [eve, bob] = await pair();
  // Bob came second and made the offer, so his end was made first.
  const [, end] = network.channels.filter(({ readyState }) => readyState === "open");
  if (!end) throw new Error("Nobody is connected");
  const heard: Message[] = [];
  const say = (...messages: Message[]) => {
    for (const message of messages) end.send(message);
  };
  end.onmessage = ({ data }) => heard.push(new Uint8Array(data));
  return { eve, bob, heard, say };
}

/** The id of Bob's request for a segment. */
function requestIn(heard: readonly Message[]): number {
  const request = heard.findLast((one) => one[4] === COMMAND.request) ?? new Uint8Array();
  const at = request.indexOf("r".charCodeAt(0), 5);
  if (at < 0) throw new Error("Bob didn't ask for anything");
  const bytes = request.subarray(at + 2, at + 2 + (request[at + 1] ?? 0));
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

const isConnected = ({ events }: Viewer) =>
  events.filter(({ type }) => type === "peer-connected").length >
  events.filter(({ type }) => type === "peer-closed").length;

test.each<[string, Message[]]>([
  [
    "a command of 512 KB in parts",
    [firstPart([0]), ...Array.from({ length: 9 }, () => laterPart(new Uint8Array(60_000)))],
  ],
  [
    "a command of empty parts without end",
    [firstPart([0]), ...Array.from({ length: 9_000 }, () => laterPart([]))],
  ],
  ["a later part without a first one", [laterPart([1, 2, 3])]],
  ["a first part twice", [firstPart([0]), firstPart([0])]],
  [
    "more fields than any command has",
    [framed([COMMAND.announcement, ...Array.from({ length: 17 }, () => [0x61, 0]).flat()])],
  ],
  [
    "a list of more numbers than anybody holds",
    [
      framed([
        0,
        0x6c,
        0x10,
        255,
        ...Array.from({ length: 17 }, () => [2, 1, 255, ...new Uint8Array(255)]).flat(),
      ]),
    ],
  ],
  ["a list that ends in the middle", [framed([COMMAND.announcement, 0x6c, 0x10, 3, 1, 9])]],
  ["a field of a type that doesn't exist", [framed([COMMAND.announcement, 0x6c, 0x70])]],
  ["a command that doesn't exist", [command(77)]],
  ["a request for nothing", [command(COMMAND.request)]],
  ["a request before the first segment", [framed([COMMAND.request, 0x69, 1, 0x85, 0x72, 1, 1])]],
  ["a list that is a number", [command(COMMAND.announcement, { l: 5 })]],
  ["data without a size", [command(COMMAND.data, { i: 1, r: 1 })]],
])("%s disconnects the peer, for the rest of the visit", async (_, messages) => {
  const { eve, bob, say } = await hostile();
  say(...messages);
  await pass(1);
  expect(isConnected(bob)).toBe(false);
  expect(bob.banned.has(eve.peerId(), 1e9)).toBe(true);
});

test("a command as long as the protocol's longest is taken", async () => {
  const { eve, bob, say } = await hostile();
  const held = Array.from({ length: 250 }, (_, index) => 1_795_000_000 + 300 * index);
  say(announcement(held));
  await pass(1);
  expect(isConnected(bob)).toBe(true);
  expect(bob.told("peer-announced").at(-1)).toMatchObject({ peerId: eve.peerId(), held });
});

test("64 KB of the shortest fields are refused within a few milliseconds", async () => {
  const { bob, say } = await hostile();
  say(framed(Uint8Array.from({ length: 65_000 }, (_, index) => (index % 2 === 1 ? 0x61 : 0))));
  const before = vi.getRealSystemTime();
  await pass(0.1);
  expect(vi.getRealSystemTime() - before).toBeLessThan(100);
  expect(isConnected(bob)).toBe(false);
});

test("a segment that is announced larger than plausible disconnects the peer, and nothing of it is kept", async () => {
  const { bob, heard, say } = await hostile();
  say(announcement([1]));
  await pass(0.1);
  say(command(COMMAND.data, { i: 1, r: requestIn(heard), s: 1_000_000 }));
  await pass(0.1);
  expect(bob.told("transfer-sized")).toEqual([]);
  expect(bob.told("transfer-lost")).toEqual([{ type: "transfer-lost", url: segmentUrl(LOW, 1) }]);
  expect(isConnected(bob)).toBe(false);
});

test("more bytes than announced disconnect the peer", async () => {
  const { eve, bob, heard, say } = await hostile();
  say(announcement([1]));
  await pass(0.1);
  say(command(COMMAND.data, { i: 1, r: requestIn(heard), s: 100 }), new Uint8Array(101));
  await pass(0.1);
  expect(isConnected(bob)).toBe(false);
  expect(bob.banned.has(eve.peerId(), 1e9)).toBe(true);
  expect(bob.received).toEqual([]);
});

test("bytes that nobody asked for disconnect the peer, once there are more than can be on their way", async () => {
  const { bob, say } = await hostile();
  const messages = (count: number) => Array.from({ length: count }, () => new Uint8Array(60_000));
  say(...messages(8));
  await pass(1);
  expect(isConnected(bob)).toBe(true);
  say(...messages(1));
  await pass(1);
  expect(isConnected(bob)).toBe(false);
});

test("a flood of commands disconnects the peer", async () => {
  const { bob, say } = await hostile();
  const requests = (count: number) =>
    Array.from({ length: count }, (_, index) => command(COMMAND.request, { i: 1, r: index % 1000 }));
  say(...requests(200));
  await pass(10);
  expect(isConnected(bob)).toBe(true);
  say(...requests(301));
  await pass(0.1);
  expect(isConnected(bob)).toBe(false);
});

test("what a transfer brought before it broke off isn't continued by another peer", async () => {
  const { eve, bob, heard, say } = await hostile();
  eve.unwanted.add(1);
  const ann = new Viewer(3);
  ann.plays();
  await pass(1);
  say(announcement([1]));
  await pass(0.1);
  say(command(COMMAND.data, { i: 1, r: requestIn(heard), s: 100_000 }), new Uint8Array(60_000).fill(66));
  await pass(6);
  say(announcement([]));
  await pass(5);
  ann.holds(1);
  await pass(2);
  expect(bob.told("transfer-done").map(({ data }) => new Uint8Array(data))).toEqual([
    new Uint8Array(bytesOf(1)),
  ]);
});

test("a banned peer isn't met again, in any swarm", async () => {
  const { eve, bob, say } = await hostile();
  say(command(77));
  await pass(1);
  for (const viewer of [eve, bob]) viewer.plays(1, AUDIO);
  await pass(2);
  expect(bob.told("peer-connected")).toHaveLength(1);
  const ann = new Viewer(3);
  ann.plays();
  await pass(1);
  expect(bob.told("peer-connected").at(-1)).toMatchObject({ peerId: ann.peerId() });
});

test("a banned peer isn't met again under another peer id with the same ticket", async () => {
  const { eve, bob, say } = await hostile();
  say(command(77));
  await pass(1);
  const sameTicket = new Viewer(0, { name: `${eve.name.slice(0, 10)}zz` });
  const another = new Viewer(3);
  for (const viewer of [sameTicket, another]) viewer.plays();
  await pass(2);
  expect(bob.told("peer-connected").map(({ peerId }) => peerId)).toEqual([eve.peerId(), another.peerId()]);
});

test("a connection that was on its way when its peer was banned is closed as it opens", async () => {
  const [ann, bob] = [new Viewer(1), new Viewer(2)];
  for (const viewer of [ann, bob]) viewer.plays();
  while (!network.announces.some(({ answer }) => answer)) await pass(0.0005);
  ann.banned.ban(bob.peerId());
  await pass(2);
  expect(ann.told("peer-connected")).toEqual([]);
  expect(isConnected(bob)).toBe(false);
});

test("no more than thirty peers are met", async () => {
  const bob = new Viewer(1);
  bob.plays();
  for (let seed = 2; seed < 35; seed += 1) {
    new Viewer(seed).plays();
    await pass(0.1);
  }
  await pass(1);
  expect(bob.told("peer-connected").length - bob.told("peer-closed").length).toBeLessThanOrEqual(30);
  expect(bob.told("peer-connected").length).toBeGreaterThan(20);
});

test("a connection that never opens is closed after 15 s, and makes room for another", async () => {
  network.isDeaf = true;
  const [ann, bob] = await pair();
  const opened = network.channels.filter(({ other }) => other !== null);
  expect(opened.map(({ readyState }) => readyState)).toEqual(["connecting", "connecting"]);
  await pass(16);
  expect(opened.map(({ readyState }) => readyState)).toEqual(["closed", "closed"]);
  network.isDeaf = false;
  ann.plays(1, AUDIO);
  bob.plays(1, AUDIO);
  await pass(1);
  expect(bob.told("peer-connected")).toHaveLength(1);
});
