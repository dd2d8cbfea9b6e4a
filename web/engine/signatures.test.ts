import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { joined, Signer } from "../../test/doubles/signer.ts";
import { Signatures } from "./signatures.ts";

const URL_1 = "https://cdn.test/out/low/1.m4s?token=7";
const PATH_1 = "/out/low/1.m4s";
const DATA = new Uint8Array(500).fill(7).buffer;
const OTHER = new Uint8Array(500).fill(8).buffer;

let signer: Signer;
let next: Signer;
let stranger: Signer;

beforeAll(async () => {
  signer = await Signer.create("main-stage");
  next = await Signer.create("main-stage");
  stranger = await Signer.create("main-stage");
});

let asked: string[];
let caches: unknown[];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  asked = [];
  caches = [];
  answer = () => new Response(null, { status: 503 });
  vi.stubGlobal("fetch", async (address: string, options?: RequestInit) => {
    asked.push(address);
    caches.push(options?.cache);
    return answer();
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const signatures = () =>
  new Signatures("main-stage", {
    address: "https://cdn.test/signatures/out/low/",
    publicKeys: ["no key", signer.publicKey, next.publicKey],
  });

test("a document is requested by the page's own address for it", async () => {
  const source = { address: "https://cdn.test/signatures/", publicKeys: [] };
  await new Signatures("main-stage", { ...source, requestAddress: (plain) => `${plain}?token=7` }).fetch(1);
  await new Signatures("main-stage", source).fetch(2);
  expect(asked).toEqual(["https://cdn.test/signatures/1?token=7", "https://cdn.test/signatures/2"]);
});

const isSigned = async (data: ArrayBuffer, trailer: Uint8Array, url = URL_1) =>
  signatures().isSigned(url, joined(data, trailer).buffer);

test("what is signed for this channel, path and content is taken, by the present key and the next", async () => {
  expect(await isSigned(DATA, await signer.trailer(PATH_1, DATA))).toBe(true);
  expect(await isSigned(DATA, await next.trailer(PATH_1, DATA))).toBe(true);
});

test("a viewer's ticket in the address changes nothing", async () => {
  const trailer = await signer.trailer(PATH_1, DATA);
  expect(await isSigned(DATA, trailer, "https://cdn.test/t/a-ticket/out/low/1.m4s")).toBe(true);
});

test("nothing else is taken", async () => {
  const trailer = await signer.trailer(PATH_1, DATA);
  expect(await isSigned(OTHER, trailer), "other bytes").toBe(false);
  expect(await isSigned(DATA.slice(1), trailer), "fewer bytes").toBe(false);
  expect(await isSigned(DATA, new Uint8Array()), "no trailer").toBe(false);
  expect(await isSigned(DATA, await stranger.trailer(PATH_1, DATA)), "another's key").toBe(false);
  expect(await isSigned(DATA, await signer.trailer("/out/low/2.m4s", DATA)), "another segment").toBe(false);
  const elsewhere = await Signer.create("another stage");
  expect(await isSigned(DATA, await elsewhere.trailer(PATH_1, DATA)), "another channel").toBe(false);
  const forged = trailer.slice();
  forged[forged.length - 10] = (forged[forged.length - 10] ?? 0) ^ 1;
  expect(await isSigned(DATA, forged), "a forged signature").toBe(false);
});

test("the trailer of a segment from the CDN is found in its document, which is fetched once for all renditions", async () => {
  const trailer = await signer.trailer(PATH_1, DATA);
  const document = joined(await signer.trailer("/out/high/1.m4s", OTHER), trailer);
  answer = () => new Response(document);
  const found = signatures();
  void found.fetch(1);
  expect(
    new Uint8Array((await found.trailerOf({ url: URL_1, sequence: 1 }, DATA)) ?? new ArrayBuffer(0)),
  ).toEqual(trailer);
  expect(
    await found.trailerOf({ url: "https://cdn.test/out/high/1.m4s", sequence: 1 }, OTHER),
  ).not.toBeNull();
  expect(asked).toEqual(["https://cdn.test/signatures/out/low/1"]);
});

test("a document that lacks the segment, or vouches for other bytes, is fetched anew the next time", async () => {
  const found = signatures();
  const segment = { url: URL_1, sequence: 1 };
  answer = async () => new Response(await signer.trailer("/out/high/1.m4s", DATA));
  expect(await found.trailerOf(segment, DATA)).toBeNull();
  answer = async () => new Response(await signer.trailer(PATH_1, OTHER));
  expect(await found.trailerOf(segment, DATA)).toBeNull();
  answer = async () => new Response(await signer.trailer(PATH_1, DATA));
  expect(await found.trailerOf(segment, DATA)).not.toBeNull();
  expect(asked).toHaveLength(3);
  expect(caches).toEqual(["default", "reload", "reload"]);
});

test("without the signer there is no trailer, and it is asked again", async () => {
  const found = signatures();
  expect(await found.trailerOf({ url: URL_1, sequence: 1 }, DATA)).toBeNull();
  answer = () => Promise.reject(new TypeError("no network"));
  expect(await found.trailerOf({ url: URL_1, sequence: 1 }, DATA)).toBeNull();
  expect(asked).toHaveLength(2);
});

test("only the last documents are remembered", async () => {
  const found = signatures();
  answer = () => new Response(new Uint8Array());
  for (let sequence = 0; sequence <= 60; sequence += 1) await found.fetch(sequence);
  await found.fetch(60);
  expect(asked).toHaveLength(61);
  await found.fetch(0);
  expect(asked).toHaveLength(62);
});
