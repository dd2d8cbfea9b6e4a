/**
 * The contract with p2p-media-loader-core: what web/engine/ relies on, tested with the bundle that pages load. An
 * upgrade that breaks any of it fails here. What needs real WebRTC is in test/browser/sharing.test.ts.
 */

import { Core } from "p2p-media-loader-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  AUDIO,
  bytesOf,
  everybodyLeaves,
  HIGH,
  LOW,
  pair,
  pass,
  segmentUrl,
  Viewer,
} from "../../test/doubles/engine-viewer.ts";
import { network } from "../../test/doubles/peer-network.ts";
import { LeftRenditions } from "../sharing/left-renditions.ts";
import { UplinkBudget } from "../sharing/uplink-budget.ts";
import { Uplink } from "./uplink.ts";

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

test("the installed version is the pinned one that these tests were written for", async () => {
  const installed = await vi.importActual("../../node_modules/p2p-media-loader-core/package.json");
  expect(installed).toMatchObject({ version: "2.3.1" });
  const ours = await vi.importActual("../../package.json");
  expect(ours).toMatchObject({ devDependencies: { "p2p-media-loader-core": "2.3.1" } });
});

test("a prefix of twenty characters is the whole peer id, one for each kind of stream", async () => {
  const ann = new Viewer(1, { shares: false });
  ann.plays();
  ann.plays(1, AUDIO);
  await pass(1);
  expect(network.announces.map(({ peer_id }) => peer_id)).toEqual([
    ann.peerId("main", false),
    ann.peerId("secondary", false),
  ]);
});

test("players of one page that start in the same task have their own peer ids and sockets", async () => {
  const [ann, bob] = await pair();
  expect(ann.told("peer-connected")).toEqual([
    { type: "peer-connected", stream: "main", peerId: bob.peerId() },
  ]);
  expect(new Set(network.sockets).size).toBe(2);
});

test("of two connections opened at once by one pair of viewers, one is kept and works", async () => {
  network.isGlaring = true;
  const [ann, bob] = await pair();
  ann.holds(1, 2);
  bob.holds(3, 4);
  await pass(2);
  expect([ann.received, bob.received]).toEqual([
    [3, 4],
    [1, 2],
  ]);
  const bytes = [ann, bob].map((viewer) =>
    viewer.told("transfer-progress").reduce((sum, one) => sum + one.bytes, 0),
  );
  expect(bytes).toEqual([200_000, 200_000]);
  // Bytes of nobody's would count for whatever transfer is under way, a hostile peer's among them.
  const senders = [ann, bob].map((viewer) => viewer.told("transfer-progress").map(({ peerId }) => peerId));
  expect(senders.map((ids) => [...new Set(ids)])).toEqual([[bob.peerId()], [ann.peerId()]]);
});

test("of two connections that open in a different order on either side, one is kept and works", async () => {
  network.isGlaring = true;
  network.isUneven = true;
  const [ann, bob] = await pair();
  ann.holds(1, 2);
  bob.holds(3, 4);
  await pass(5);
  expect([ann.received, bob.received]).toEqual([
    [3, 4],
    [1, 2],
  ]);
  expect(ann.told("transfer-progress").every(({ peerId }) => peerId === bob.peerId())).toBe(true);
  for (const viewer of [ann, bob]) {
    const open = viewer.told("peer-connected").length - viewer.told("peer-closed").length;
    expect(open).toBe(1);
  }
});

test("with a ticket, info hashes begin with the swarm's name and end with the rendition's", async () => {
  const [ann] = await pair({ ticket: { swarm: "a-swarm-01" } });
  ann.plays(1, AUDIO);
  await pass(1);
  const names = new Set(network.announces.map(({ info_hash }) => info_hash));
  expect([...names]).toEqual(["sFFwMsFKUJOrkhix3kRI", "a-swarm-01sFFwMsFKUJ", "4wmSiSWybXLs55id2X7X"]);
});

test("each connection to the tracker goes to the address of the moment", async () => {
  let number = 0;
  const trackerAddress = (tracker: string) => `${tracker}/${++number}`;
  const ann = new Viewer(1, { ticket: { trackerAddress } });
  ann.plays();
  ann.plays(1, AUDIO);
  await pass(1);
  expect(network.sockets).toEqual(["wss://tracker.test/tracker/1"]);
  network.dropTracker();
  await pass(400);
  expect(network.sockets).toEqual(["wss://tracker.test/tracker/2"]);
});

test("a swarm's info hash follows from channel, kind and traits, and never changes between releases", async () => {
  const [ann] = await pair({ address: "https://cdn.test/signed/low/index.m3u8?token=1" });
  ann.plays(1, HIGH);
  ann.plays(1, AUDIO);
  await pass(1);
  const names = new Set(network.announces.map(({ info_hash }) => info_hash));
  expect([...names]).toEqual(["sFFwMsFKUJOrkhix3kRI", "tX/ze3nuy5ELB7orPrUK", "4wmSiSWybXLs55id2X7X"]);
});

test("a viewer downloads what a peer holds, whole, and each segment once", async () => {
  const [ann, bob] = await pair();
  ann.holds(1, 2, 3);
  await pass(2);
  expect(bob.received).toEqual([1, 2, 3]);
  expect(new Uint8Array(bob.told("transfer-done")[1]?.data ?? new ArrayBuffer(0))).toEqual(
    new Uint8Array(bytesOf(2)),
  );
  await pass(60);
  expect([1, 2, 3].map((sequence) => bob.transfersOf(sequence))).toEqual([1, 1, 1]);
});

test("a transfer is reported from its start, chunk by chunk, with its peer", async () => {
  const [ann, bob] = await pair();
  ann.holds(1);
  await pass(1);
  const [connected, started, sized, ...rest] = bob.story;
  expect(connected?.type).toBe("peer-connected");
  const url = segmentUrl(LOW, 1);
  expect(started).toEqual({ type: "transfer-started", url, peerId: ann.peerId() });
  expect(sized).toEqual({ type: "transfer-sized", url, bytes: 100_000 });
  expect(rest.at(-1)?.type).toBe("transfer-done");
  const progress = bob.told("transfer-progress");
  expect(new Set(progress.map(({ peerId }) => peerId))).toEqual(new Set([ann.peerId()]));
  expect(progress.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(100_000);
  expect(ann.told("sent").reduce((sum, { bytes }) => sum + bytes, 0)).toBe(100_000);
});

test("a finished transfer is reported before the next one starts", async () => {
  const [ann, bob] = await pair();
  ann.holds(1, 2);
  await pass(2);
  const order = bob.story.map(({ type }) => type).filter((type) => /started|connected|done/.test(type));
  expect(order).toEqual([
    "peer-connected",
    "transfer-started",
    "transfer-done",
    "transfer-started",
    "transfer-done",
  ]);
});

test("the engine never uses HTTP, however long it runs and whatever is missing", async () => {
  const [ann, bob] = await pair();
  ann.holds(1);
  for (let minute = 0; minute < 30; minute += 1) {
    bob.engine.moveTo(2 + minute / 10, 1);
    bob.plays(2);
    await pass(60);
  }
  expect(fetch).not.toHaveBeenCalled();
});

test("only segments within the window are downloaded, and a wider window applies at once", async () => {
  const [ann, bob] = await pair({ peerWindowSeconds: 3 });
  ann.holds(1, 2, 3, 4, 5);
  await pass(2);
  expect(bob.received).toEqual([1, 2]);
  bob.engine.setPeerWindow(7);
  bob.announces();
  await pass(2);
  expect(bob.received).toEqual([1, 2, 3, 4]);
});

test("the window follows the playhead", async () => {
  const [ann, bob] = await pair({ peerWindowSeconds: 3 });
  ann.holds(1, 2, 3, 4, 5);
  await pass(2);
  bob.engine.moveTo(5, 1);
  await pass(2);
  expect(bob.received).toEqual([1, 2, 3, 4]);
});

test("a dropped segment is downloaded again after announce(), and not before", async () => {
  const [ann, bob] = await pair();
  bob.holds(1);
  ann.holds(1);
  await pass(30);
  expect(bob.transfersOf(1)).toBe(0);
  bob.store.drop(LOW, [1]);
  await pass(30);
  expect(bob.transfersOf(1)).toBe(0);
  bob.announces();
  await pass(1);
  expect(bob.received).toEqual([1]);
});

test("a segment that left the playlist isn't downloaded", async () => {
  const [ann, bob] = await pair();
  bob.lists(LOW, 3, 8);
  bob.plays(1);
  bob.plays(3);
  ann.holds(1, 3);
  await pass(2);
  expect(bob.received).toEqual([3]);
});

test("the core reads for its own player in the task of onSegmentRequested, so that isn't taken for a peer's request", async () => {
  const expected = vi.spyOn(Uplink.prototype, "expect");
  const [ann] = await pair();
  ann.stores(1);
  ann.plays(1);
  await pass(1);
  expect(expected).not.toHaveBeenCalled();
  ann.announces();
  await pass(1);
  expect(expected).toHaveBeenCalledOnce();
  expected.mockRestore();
});

test("a refused peer's transfer is lost, and starts again after the next announcement", async () => {
  const [ann, bob] = await pair();
  ann.holds(1);
  // It has announced the segment, and is busy when the request comes.
  const busy = vi.spyOn(Uplink.prototype, "load", "get");
  busy.mockReturnValue({
    active: 1,
    backlogBytes: 1_000_000,
    leavesRoom: false,
    spareBitsPerSecond: 1_000_000,
  });
  await pass(1);
  expect(bob.told("transfer-lost")).toEqual([{ type: "transfer-lost", url: segmentUrl(LOW, 1) }]);
  busy.mockRestore();
  await pass(30);
  expect(bob.received).toEqual([]);
  ann.announces();
  await pass(1);
  expect(bob.received).toEqual([1]);
});

test("a transfer that receives nothing for four seconds is lost", async () => {
  const [ann, bob] = await pair();
  ann.holds(1);
  await vi.advanceTimersByTimeAsync(1);
  network.isCut = true;
  await pass(3.9);
  expect(bob.told("transfer-started")).toHaveLength(1);
  expect(bob.told("transfer-lost")).toEqual([]);
  await pass(0.2);
  expect(bob.told("transfer-lost")).toHaveLength(1);
});

test("a transfer that the playhead leaves behind is lost", async () => {
  const [ann, bob] = await pair({ peerWindowSeconds: 3 });
  ann.holds(1);
  await vi.advanceTimersByTimeAsync(1);
  network.isCut = true;
  await vi.advanceTimersByTimeAsync(10);
  bob.plays(8);
  bob.engine.moveTo(16, 1);
  await pass(0.1);
  expect(bob.told("transfer-lost")).toEqual([{ type: "transfer-lost", url: segmentUrl(LOW, 1) }]);
});

test("a segment that stops being wanted is cancelled at once, and taken when it is wanted again", async () => {
  const [ann, bob] = await pair();
  network.bufferedBytes = 2 ** 16;
  ann.holds(1);
  await pass(0.5);
  expect(bob.transfersOf(1)).toBe(1);
  bob.unwanted.add(1);
  bob.announces();
  await pass(0.01);
  expect(bob.told("transfer-lost")).toEqual([{ type: "transfer-lost", url: segmentUrl(LOW, 1) }]);
  network.bufferedBytes = 0;
  await pass(1);
  expect(ann.told("sent")).toEqual([]);
  bob.unwanted.clear();
  bob.announces();
  await pass(1);
  expect(bob.received).toEqual([1]);
});

test("a segment that isn't wanted isn't taken, even when the player requests it or jumps to it", async () => {
  const [ann, bob] = await pair();
  bob.unwanted.add(1).add(5);
  ann.holds(1, 5);
  await pass(1);
  bob.plays(5);
  bob.engine.moveTo(10, 1);
  await pass(1);
  expect(bob.story.map(({ type }) => type)).toEqual(["peer-connected"]);
});

test("a peer is told what a viewer holds and fetches, and whether it may fetch, when it connects and later", async () => {
  const [ann, bob] = await pair();
  const from = { type: "peer-announced", stream: "main", peerId: ann.peerId() };
  expect(bob.told("peer-announced")).toEqual([{ ...from, held: [], fetching: [], mayFetch: true }]);
  ann.stores(3);
  ann.announces({ fetching: [7, 8], mayFetch: false });
  await pass(1);
  const announced = { held: [3], fetching: [7, 8], mayFetch: false };
  expect(bob.told("peer-announced").slice(1)).toEqual([{ ...from, ...announced }]);
  const eve = new Viewer(3);
  eve.plays();
  await pass(1);
  expect(eve.told("peer-announced").find(({ peerId }) => peerId === ann.peerId())).toEqual({
    ...from,
    ...announced,
  });
});

test("an announcement that says nothing new isn't sent", async () => {
  const [ann, bob] = await pair();
  for (const duty of [{ fetching: [7] }, { fetching: [7] }, {}, { mayFetch: false }, { mayFetch: false }]) {
    ann.announces(duty);
    await pass(0.1);
  }
  expect(bob.told("peer-announced").map(({ fetching, mayFetch }) => [fetching, mayFetch])).toEqual([
    [[], true],
    [[7], true],
    [[], true],
    [[], false],
  ]);
});

test("audio by itself has its own announcements", async () => {
  const [ann, bob] = await pair();
  for (const viewer of [ann, bob]) viewer.plays(1, AUDIO);
  await pass(1);
  ann.announces({ fetching: [4] }, AUDIO);
  await pass(1);
  expect(
    bob
      .told("peer-announced")
      .filter(({ stream }) => stream === "secondary")
      .at(-1),
  ).toEqual({
    type: "peer-announced",
    stream: "secondary",
    peerId: ann.peerId("secondary"),
    held: [],
    fetching: [4],
    mayFetch: true,
  });
});

test("announcements of a swarm that was left aren't reported until the player returns to it", async () => {
  const [ann, bob] = await pair();
  bob.holds(1);
  bob.plays(1, HIGH);
  await pass(1);
  const before = bob.told("peer-announced").length;
  ann.holds(2);
  await pass(1);
  expect(bob.told("peer-announced")).toHaveLength(before);
  bob.plays(1);
  expect(bob.events.slice(-2)).toEqual([
    { type: "peer-connected", stream: "main", peerId: ann.peerId() },
    {
      type: "peer-announced",
      stream: "main",
      peerId: ann.peerId(),
      held: [1, 2],
      fetching: [],
      mayFetch: true,
    },
  ]);
});

test("the tracker's count of the swarm is reported with each of its replies", async () => {
  const [ann, bob] = await pair();
  expect(ann.told("swarm-counted")).toEqual([{ type: "swarm-counted", stream: "main", viewers: 1 }]);
  expect(bob.told("swarm-counted")).toEqual([{ type: "swarm-counted", stream: "main", viewers: 2 }]);
});

test("who looks on sees peers, uplink and the tracker's words, refusals among them", async () => {
  const heard = vi.spyOn(Core.prototype, "addEventListener");
  const [ann, bob] = await pair();
  expect(ann.engine.peers).toMatchObject([
    { peerId: bob.peerId(), stream: "main", rendition: LOW, isPlayed: true, probedSeconds: null },
  ]);
  await pass(2);
  expect(ann.engine.peers[0]?.probedSeconds).toBeGreaterThanOrEqual(0);
  expect(await ann.engine.peers[0]?.stats()).toHaveProperty("size", 2);
  expect(ann.engine.uplink).toMatchObject({ bitsPerSecond: 100_000_000, uploads: 0 });
  expect(bob.engine.trackerWords).toMatchObject([
    { stream: "main", rendition: LOW, viewers: 2, refusal: null },
  ]);
  const listeners = heard.mock.calls.map(
    ([name, listener]) => [name as string, listener as unknown] as const,
  );
  for (const [name, key] of [
    ["onTrackerWarning", "warning"],
    ["onTrackerError", "error"],
  ]) {
    const listener = listeners.findLast(([one]) => one === name)?.[1] as (event: object) => void;
    listener({ streamType: "main", [String(key)]: new Error(`${name}: full`) });
  }
  expect(bob.engine.trackerWords.slice(1)).toMatchObject([
    { rendition: null, viewers: null, refusal: "onTrackerWarning: full" },
    { rendition: null, viewers: null, refusal: "onTrackerError: full" },
  ]);
  heard.mockRestore();
  const [left] = ann.engine.peers;
  bob.engine.destroy();
  await pass(1);
  expect(ann.engine.peers).toEqual([]);
  expect(await left?.stats()).toBeNull();
});

test.each([
  { complete: -1, incomplete: 2 },
  { complete: 0, incomplete: "2" },
  { complete: 0.5, incomplete: 0 },
  { complete: 1, incomplete: undefined },
  { complete: 0, incomplete: 0 },
])("counts that aren't counts are ignored: %o", async (counts) => {
  network.counts = counts;
  const [ann] = await pair();
  expect(ann.told("swarm-counted")).toEqual([]);
});

test("in a swarm that is too small a viewer is counted, but neither offers nor answers a connection", async () => {
  const before = network.connectionsMade;
  const [ann, bob] = [new Viewer(1, { least: 3 }), new Viewer(2, { least: 3 })];
  ann.plays();
  bob.plays();
  await pass(1);
  expect(network.announces).toMatchObject([
    { event: "started", numwant: 0, offers: [] },
    { event: "started", numwant: 0, offers: [] },
  ]);
  expect(bob.told("swarm-counted")).toMatchObject([{ viewers: 2 }]);
  expect(network.connectionsMade).toBe(before);
});

test("a stranger's offer to a viewer who waits is dropped, and has it ask for the count once in a while", async () => {
  const ann = new Viewer(1, { least: 9 });
  ann.plays();
  await pass(1);
  const eve = new Viewer(3);
  eve.plays();
  await pass(1);
  new Viewer(4).plays();
  await pass(1);
  const asked = network.announces.filter(({ peer_id }) => peer_id === ann.peerId());
  expect(asked.map(({ event, offers }) => [event, offers])).toEqual([
    ["started", []],
    [undefined, []],
  ]);
  expect(ann.told("peer-connected")).toEqual([]);
  expect(eve.told("peer-connected")).toMatchObject([{ stream: "main" }]);
});

test("once a swarm is large enough all of its viewers meet, without waiting for their next announces", async () => {
  const all = [1, 2, 3].map((seed) => new Viewer(seed, { least: 3 }));
  for (const viewer of all) viewer.plays();
  await pass(3);
  for (const viewer of all) expect(viewer.told("peer-connected")).toHaveLength(2);
  all[0]?.holds(1);
  await pass(1);
  expect(all[2]?.received).toEqual([1]);
});

test("a viewer leaves its peers once the swarm is too small, and goes on being counted", async () => {
  const [ann, bob] = await pair({ least: 2 });
  expect(bob.told("peer-connected")).toHaveLength(1);
  network.counts = { complete: 0, incomplete: 1 };
  const announced = network.announces.length;
  await pass(130);
  expect(bob.told("peer-closed")).toEqual([{ type: "peer-closed", stream: "main", peerId: ann.peerId() }]);
  await pass(130);
  const since = network.announces.slice(announced).filter(({ peer_id }) => peer_id === bob.peerId());
  expect(since.at(-1)).toMatchObject({ numwant: 0, offers: [] });
  expect(bob.told("peer-connected")).toHaveLength(1);
});

test("a tracker that doesn't know the count changes nothing", async () => {
  const [, bob] = await pair({ least: 2 });
  network.counts = { complete: 0, incomplete: 0 };
  await pass(130);
  expect(bob.told("peer-closed")).toEqual([]);
});

test("the tracker's count of a swarm that was left a moment ago isn't reported", async () => {
  const ann = new Viewer(1);
  ann.holds(1);
  ann.plays();
  while (network.announces.length === 0) await pass(0.001);
  expect(ann.told("swarm-counted")).toEqual([]);
  ann.plays(1, HIGH);
  await pass(1);
  expect(new Set(network.announces.map(({ info_hash }) => info_hash)).size).toBe(2);
  expect(ann.told("swarm-counted")).toHaveLength(1);
});

test("a peer that connects in a swarm that was left isn't one of the present swarm", async () => {
  const [ann] = await pair();
  ann.holds(1);
  ann.plays(1, HIGH);
  await pass(1);
  const before = ann.story.length;
  const eve = new Viewer(3);
  eve.plays();
  await pass(1);
  expect(eve.received).toEqual([1]);
  expect(ann.story.slice(before)).toEqual([]);
});

test("whoever returns to a swarm meets a peer that has announced nothing, too", async () => {
  const [ann, bob] = await pair({ shares: false });
  ann.holds(1);
  ann.plays(1, HIGH);
  await pass(1);
  ann.plays(1);
  expect(ann.events.at(-1)).toEqual({
    type: "peer-connected",
    stream: "main",
    peerId: bob.peerId("main", false),
  });
});

test("what the uplink carries is remembered, and forgotten where it is to be measured anew", async () => {
  const [ann, bob] = [new Viewer(1, { uplink: 1_000_000 }), new Viewer(2, { measuresUplinkAnew: true })];
  const kept = vi.spyOn(ann.uplinkMemory, "keep");
  expect(bob.rememberedUplink).toBeNull();
  for (const viewer of [ann, bob]) viewer.plays();
  await pass(1);
  expect(kept).toHaveBeenCalledWith(1_000_000);
  expect(ann.told("uplink")).toHaveLength(1);
  expect(bob.told("uplink")).toEqual([]);
});

test("an upload is paced by the budget, and stops at once in the middle when it is cancelled", async () => {
  const expected = vi.spyOn(Uplink.prototype, "expect");
  const [ann, bob] = [new Viewer(1, { uplink: 1_000_000 }), new Viewer(2)];
  for (const viewer of [ann, bob]) viewer.plays();
  await pass(1);
  const bytesSent = () => ann.told("sent").reduce((sum, { bytes }) => sum + bytes, 0);
  ann.holds(1);
  await pass(0.5);
  expect(bytesSent()).toBeGreaterThan(30_000);
  bob.unwanted.add(1);
  bob.announces();
  await pass(0.01);
  const stoppedAt = bytesSent();
  expect(stoppedAt).toBeLessThan(60_000);
  await pass(5);
  expect(bytesSent()).toBe(stoppedAt);
  expect(bob.told("transfer-lost")).toEqual([{ type: "transfer-lost", url: segmentUrl(LOW, 1) }]);
  expect(expected).toHaveBeenCalledOnce();
  expected.mockRestore();
});

test("delays are measured on every connection in both directions, by messages that the core never sees", async () => {
  const probed = vi.spyOn(UplinkBudget.prototype, "probed");
  const [ann, bob] = await pair();
  await pass(3);
  expect(probed.mock.calls.length).toBeGreaterThanOrEqual(6);
  expect(new Set(probed.mock.contexts).size).toBe(2);
  ann.holds(1);
  await pass(2);
  expect(Math.max(...probed.mock.calls.map(([{ bytesReceived }]) => bytesReceived))).toBe(100_000);
  expect(bob.received).toEqual([1]);
  probed.mockRestore();
});

test("no more than two messages wait in a data channel", async () => {
  const [ann, bob] = await pair();
  network.bufferedBytes = 2 ** 16;
  ann.holds(1);
  await pass(1);
  expect(bob.transfersOf(1)).toBe(1);
  expect(ann.told("sent")).toEqual([]);
  network.bufferedBytes = 0;
  await pass(1);
  expect(bob.received).toEqual([1]);
});

test("a leech is served, and serves nobody", async () => {
  const [ann, bob] = await pair({ shares: false });
  bob.holds(5);
  ann.holds(1);
  await pass(2);
  expect(bob.received).toEqual([1]);
  expect(ann.received).toEqual([]);
});

test("a swarm that was left is still served, closes while its segments are stored, and is reported closed once", async () => {
  const [ann, bob] = await pair();
  const held = new LeftRenditions();
  held.keep(LOW, new Map([[1, { data: bytesOf(1), source: "cdn", bitsPerSecond: 0 }]]), 0);
  ann.holds(1);
  ann.plays(1, HIGH);
  expect(ann.told("peer-closed")).toEqual([{ type: "peer-closed", stream: "main", peerId: bob.peerId() }]);
  await pass(4);
  ann.holds(2);
  await pass(0.5);
  expect(bob.received).toEqual([1, 2]);
  expect(bob.told("peer-closed")).toEqual([]);
  await pass(2);
  expect(bob.told("peer-closed")[0]).toEqual({
    type: "peer-closed",
    stream: "main",
    peerId: ann.peerId(),
  });
  expect(held.expire(6.5)).toEqual([]);
  expect(ann.told("peer-closed")).toHaveLength(1);
});

test("a closed connection in the current swarm is reported", async () => {
  const [ann, bob] = await pair();
  bob.engine.destroy();
  await pass(1);
  expect(ann.told("peer-closed")[0]).toEqual({ type: "peer-closed", stream: "main", peerId: bob.peerId() });
});

test("after destroy() no socket or timer is left, and calls do nothing", async () => {
  const [ann, bob] = await pair();
  for (const { engine } of [ann, bob]) engine.destroy();
  await pass(10);
  expect(network.sockets).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  ann.plays(2);
  ann.engine.moveTo(3, 1);
  await pass(1);
  expect(network.sockets).toEqual([]);
});

test("a rendition that was never added is ignored", async () => {
  const ann = new Viewer(1);
  ann.lists("https://cdn.test/unknown/index.m3u8", 1, 3);
  ann.plays(1, "https://cdn.test/unknown/index.m3u8");
  await pass(1);
  expect(network.announces).toEqual([]);
});
