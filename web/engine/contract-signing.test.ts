/** Signed segments between engines, tested with the bundle that pages load: what is checked, by whom, and what follows. */

import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import {
  bytesOf,
  everybodyLeaves,
  LOW,
  pair,
  passChecking,
  segmentUrl,
  Viewer,
} from "../../test/doubles/engine-viewer.ts";
import { network } from "../../test/doubles/peer-network.ts";
import { Signer } from "../../test/doubles/signer.ts";
import type { SignatureSource } from "./signatures.ts";

vi.mock("p2p-media-loader-core", async () => {
  const { installNetwork } = await import("../../test/doubles/peer-network.ts");
  // The bundle looks for WebRTC when it is loaded.
  installNetwork();
  return vi.importActual("p2p-media-loader-core");
});

let signer: Signer;
let signatures: SignatureSource;

beforeAll(async () => {
  signer = await Signer.create("main-stage");
  signatures = { address: "https://cdn.test/signatures/low/", publicKeys: [signer.publicKey] };
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

const trailerOf = (sequence: number, data = bytesOf(sequence)) =>
  signer.trailer(new URL(segmentUrl(LOW, sequence)).pathname, data);

async function signedPair(): Promise<[Viewer, Viewer]> {
  const ann = new Viewer(1, { signatures });
  const bob = new Viewer(2, { signatures });
  for (const viewer of [ann, bob]) viewer.plays();
  await passChecking(1);
  return [ann, bob];
}

test("a signed segment arrives without its trailer, is passed on with it, and only then announced", async () => {
  const [ann, bob] = await signedPair();
  const trailer = await trailerOf(1);
  ann.stores(1, null);
  ann.announces();
  await passChecking(1);
  expect(bob.told("peer-announced").at(-1)?.held).toEqual([]);
  ann.store.attach(LOW, 1, trailer.buffer);
  ann.announces();
  await passChecking(1);
  expect(bob.told("transfer-done")).toEqual([
    { type: "transfer-done", rendition: LOW, sequence: 1, data: bytesOf(1), trailer: trailer.buffer },
  ]);
  ann.engine.destroy();
  const eve = new Viewer(3, { signatures });
  eve.plays();
  await passChecking(2);
  expect(eve.received).toEqual([1]);
});

test.each<[string, () => Promise<Uint8Array<ArrayBuffer>>]>([
  ["other bytes", () => trailerOf(1, bytesOf(2))],
  ["the trailer of another segment", () => trailerOf(2)],
  ["a forged signature", async () => (await Signer.create("main-stage")).trailer("/low/1.m4s", bytesOf(1))],
  ["no trailer", async () => new Uint8Array()],
])("%s: nothing of it is kept, and its sender isn't met again", async (_, trailer) => {
  const [ann, bob] = await signedPair();
  ann.stores(1, (await trailer()).buffer);
  ann.announces();
  await passChecking(1);
  expect(bob.received).toEqual([]);
  expect(bob.told("transfer-lost")).toEqual([{ type: "transfer-lost", url: segmentUrl(LOW, 1) }]);
  expect(bob.told("peer-closed")[0]).toMatchObject({ peerId: ann.peerId() });
  expect(bob.banned.has(ann.peerId(), 1e9)).toBe(true);
  await passChecking(200);
  expect(bob.told("peer-connected")).toHaveLength(1);
});

test("the trailer of a segment from the CDN comes as an event, or that there is none", async () => {
  const trailer = await trailerOf(1);
  const fetched = vi.fn(async () => new Response(trailer));
  vi.stubGlobal("fetch", fetched);
  const ann = new Viewer(1, { signatures });
  ann.engine.fetchSignature(1);
  await ann.engine.sign(LOW, { url: segmentUrl(LOW, 1), sequence: 1 }, bytesOf(1));
  await ann.engine.sign(LOW, { url: segmentUrl(LOW, 2), sequence: 1 }, bytesOf(2));
  expect(fetched).toHaveBeenCalledTimes(1);
  const named = { type: "signature", rendition: LOW, sequence: 1 };
  expect(ann.told("signature")).toEqual([
    { ...named, trailer: trailer.buffer },
    { ...named, trailer: null },
  ]);
});

test("viewers of signed and of unsigned segments don't meet", async () => {
  const [ann] = await pair();
  await ann.engine.sign(LOW, { url: segmentUrl(LOW, 1), sequence: 1 }, bytesOf(1));
  expect(ann.told("signature")).toMatchObject([{ trailer: null }]);
  const bob = new Viewer(3, { signatures });
  bob.plays();
  await passChecking(1);
  const hashes = new Set(network.announces.map(({ info_hash }) => info_hash));
  expect([...hashes]).toEqual(["sFFwMsFKUJOrkhix3kRI", "8Zi91ZQEJK1ZN2LXCy3d"]);
  expect(bob.told("peer-connected")).toEqual([]);
});
