import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Announce, MAX_MESSAGE_BYTES, parse, type Refusal } from "./messages.ts";
import { refusalMessage } from "./outgoing.ts";

const hash = "\u0000\u00ffhash of a swarm 12";
const peer = "-WW0001-abcdefghijkl";
const offer = { offer: { type: "offer", sdp: "v=0" }, offer_id: "\u00ff\u0000 any bytes" };
const answer = { type: "answer", sdp: "v=0" };
const announce = { action: "announce", info_hash: hash, peer_id: peer };

const read = (message: unknown) => parse(JSON.stringify(message));
const announced = (more: object): Announce => {
  const request = read({ ...announce, ...more });
  if (request.kind !== "announce") throw new Error(JSON.stringify(request));
  return request;
};
const refused = (message: unknown): Refusal => {
  const request = read(message);
  if (request.kind !== "refusal") throw new Error(`not refused: ${JSON.stringify(request)}`);
  return request;
};

describe("an announce", () => {
  test("from p2p-media-loader is parsed completely", () => {
    const message = {
      ...announce,
      numwant: 5,
      uploaded: 0,
      downloaded: 0,
      event: "started",
      offers: [offer],
    };
    expect(read(message)).toEqual({
      kind: "announce",
      infoHash: hash,
      peerId: peer,
      event: "started",
      isSeeder: false,
      numwant: 5,
      offers: [{ offer: offer.offer, offerId: offer.offer_id }],
    });
  });

  test.each(["started", "completed", "stopped"])("with event %j says so", (event) => {
    expect(announced({ event }).event).toBe(event);
  });

  test("may have a description of 4,096 characters and an offer id of 64", () => {
    const longest = { offer: { type: "offer", sdp: "x".repeat(4096) }, offer_id: "x".repeat(64) };
    expect(announced({ offers: [longest] }).offers).toHaveLength(1);
  });

  test.each([undefined, null, "", "empty", "update"])("with event %j is a later one", (event) => {
    expect(announced({ event }).event).toBeNull();
  });

  test.each([
    [0, true],
    [1, false],
    [null, false],
    [undefined, false],
    ["0", false],
  ])("with left %j is from a seeder: %j", (left, isSeeder) => {
    expect(announced({ left }).isSeeder).toBe(isSeeder);
  });

  test("without numwant wants as many receivers as it has offers", () => {
    expect(announced({ offers: [offer, offer] }).numwant).toBe(2);
    expect(announced({ offers: null }).numwant).toBe(0);
  });

  test("keeps the first 20 offers of more", () => {
    expect(announced({ offers: Array.from({ length: 82 }, () => offer) }).offers).toHaveLength(20);
  });

  test("passes on only the type and sdp of a session description", () => {
    const [first] = announced({ offers: [{ ...offer, offer: { ...offer.offer, extra: 1 } }] }).offers;
    expect(first?.offer).toEqual({ type: "offer", sdp: "v=0" });
  });

  test.each([
    ["an event unknown", { event: "paused" }],
    ["an info_hash too short", { info_hash: "short" }],
    ["an info_hash of wide characters", { info_hash: "\u0100".repeat(20) }],
    ["a peer_id that is no string", { peer_id: 1234567890 }],
    ["numwant below nothing", { numwant: -1 }],
    ["numwant in words", { numwant: "five" }],
    ["offers that are no list", { offers: { 0: offer } }],
    ["an offer that is no object", { offers: ["offer"] }],
    ["an offer that is nothing", { offers: [null] }],
    ["an offer without a description", { offers: [{ offer_id: "x" }] }],
    ["an offer that is an answer", { offers: [{ ...offer, offer: answer }] }],
    ["an offer without sdp", { offers: [{ ...offer, offer: { type: "offer" } }] }],
    [
      "an offer with an endless sdp",
      { offers: [{ ...offer, offer: { type: "offer", sdp: "x".repeat(4097) } }] },
    ],
    ["an offer with an empty id", { offers: [{ ...offer, offer_id: "" }] }],
    ["an offer without id", { offers: [{ offer: offer.offer }] }],
    ["an offer with an endless id", { offers: [{ ...offer, offer_id: "x".repeat(65) }] }],
    ["an answer to nobody", { answer, offer_id: "x" }],
    ["an answer without offer_id", { answer, to_peer_id: peer }],
    ["an answer that is an offer", { answer: offer.offer, to_peer_id: peer, offer_id: "x" }],
    ["an answer in words", { answer: "yes", to_peer_id: peer, offer_id: "x" }],
  ])("with %s is refused for its swarm", (_, more) => {
    const refusal = refused({ ...announce, ...more });
    expect(refusal).toMatchObject({ cause: "Malformed", action: "announce" });
    expect(refusal.infoHash).toBe("info_hash" in more ? null : hash);
  });

  test("a refusal names the field that is wrong", () => {
    expect(refused({ ...announce, offers: [offer, { ...offer, offer_id: 7 }] }).reason).toContain(
      "offers[1].offer_id",
    );
  });
});

describe("a refusal as a message", () => {
  test("names the swarm, the reason and the action, without which the client would close its socket", () => {
    const { reason } = refused({ ...announce, event: "paused" });
    expect(refusalMessage(refused({ ...announce, event: "paused" }))).toEqual({
      action: "announce",
      info_hash: hash,
      "failure reason": reason,
    });
  });

  test("names no swarm if none could be parsed", () => {
    expect(Object.keys(refusalMessage(refused({ ...announce, info_hash: 5 })))).toEqual([
      "action",
      "failure reason",
    ]);
  });
});

test("an answer is parsed completely", () => {
  expect(read({ ...announce, answer, to_peer_id: peer, offer_id: offer.offer_id, trackerid: "x" })).toEqual({
    kind: "answer",
    infoHash: hash,
    peerId: peer,
    toPeerId: peer,
    answer,
    offerId: offer.offer_id,
  });
});

describe("a scrape", () => {
  test("of one or several hashes is parsed, each hash once", () => {
    expect(read({ action: "scrape", info_hash: hash })).toEqual({ kind: "scrape", infoHashes: [hash] });
    const many = { action: "scrape", info_hash: [hash, peer, hash] };
    expect(read(many)).toEqual({ kind: "scrape", infoHashes: [hash, peer] });
  });

  test("may name 64 hashes", () => {
    const hashes = Array.from({ length: 64 }, (_, n) => String(n).padStart(20));
    expect(read({ action: "scrape", info_hash: hashes })).toEqual({ kind: "scrape", infoHashes: hashes });
  });

  test.each([
    ["of everything", undefined],
    ["of nothing", []],
    ["of 65", Array.from({ length: 65 }, () => hash)],
    ["of a short hash", ["short"]],
    ["of a number", 5],
  ])("%s is refused as a scrape", (_, info_hash) => {
    expect(refused({ action: "scrape", info_hash })).toMatchObject({ action: "scrape", cause: "Malformed" });
  });
});

describe("anything that isn't a request", () => {
  test.each(["", "{", "nonsense", "[]", "null", "7", '"text"'])("%j is refused as an announce", (text) => {
    expect(parse(text)).toMatchObject({ kind: "refusal", action: "announce", infoHash: null });
  });

  test.each([undefined, "connect", 1, null])("action %j is refused for its swarm", (action) => {
    expect(refused({ ...announce, action })).toMatchObject({ action: "announce", infoHash: hash });
  });

  test("a message of the maximum length is parsed", () => {
    const text = JSON.stringify({ ...announce, info_hash: peer, numwant: 0 });
    expect(parse(text.padEnd(MAX_MESSAGE_BYTES))).toMatchObject({ kind: "announce", numwant: 0 });
  });

  test("a message that is too long is refused without parsing, for its swarm", () => {
    const text = JSON.stringify({ ...announce, padding: "x".repeat(MAX_MESSAGE_BYTES) });
    expect(parse(text)).toMatchObject({ kind: "refusal", cause: "TooLarge", infoHash: hash });
  });

  test("a message that is too long in bytes, though not in characters, is refused", () => {
    const text = JSON.stringify({ padding: "\u20ac".repeat(MAX_MESSAGE_BYTES / 2) });
    expect(parse(text)).toMatchObject({ cause: "TooLarge", infoHash: null });
  });

  test.each([
    '"info_hash":"twenty characters \\uD8"',
    '"info_hash":"twenty\\qcharacters\\q\\q\\q\\q"',
    '"info_hash":"of the wrong length, which is 35"',
  ])("a message that is too long and has a broken info_hash (%s) is refused for no swarm", (field) => {
    expect(parse(`{${field},${" ".repeat(MAX_MESSAGE_BYTES)}}`)).toMatchObject({
      cause: "TooLarge",
      infoHash: null,
    });
  });
});

/** Messages that are right but for one field. */
const nearlyRight = fc
  .tuple(
    fc.constantFrom(
      { ...announce, numwant: 5, event: "started", offers: [offer] },
      { ...announce, answer, to_peer_id: peer, offer_id: "x" },
      { action: "scrape", info_hash: [hash, peer] },
    ),
    fc.constantFrom(
      "action",
      "info_hash",
      "peer_id",
      "event",
      "numwant",
      "offers",
      "answer",
      "to_peer_id",
      "offer_id",
      "left",
    ),
    fc.oneof(
      fc.anything({ withNullPrototype: true }),
      fc.string({ minLength: 20, maxLength: 20, unit: "binary" }),
      fc.constantFrom("announce", "scrape", "stopped", "__proto__", Number.NaN, Number.POSITIVE_INFINITY),
      fc.array(fc.constant(offer), { maxLength: 30 }),
    ),
  )
  .map(([message, field, value]) => ({ ...message, [field]: value }));

const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("utf8")),
  fc.string({ maxLength: 300, unit: "binary" }),
  fc.json(),
  nearlyRight.map((message) =>
    JSON.stringify(message, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
  ),
);

test("any input becomes a valid request, or a refusal that names an action", () => {
  const is20 = (text: string) =>
    text.length === 20 && Buffer.from(text, "latin1").toString("latin1") === text;
  fc.assert(
    fc.property(hostile, (text) => {
      const request = parse(text ?? "");
      switch (request.kind) {
        case "refusal":
          expect(["announce", "scrape"]).toContain(request.action);
          expect(request.reason).not.toBe("");
          expect(request.infoHash === null || is20(request.infoHash)).toBe(true);
          break;
        case "scrape":
          expect(request.infoHashes.length).toBeGreaterThan(0);
          expect(request.infoHashes.every(is20)).toBe(true);
          break;
        case "answer":
          expect([request.infoHash, request.peerId, request.toPeerId].every(is20)).toBe(true);
          break;
        case "announce":
          expect([request.infoHash, request.peerId].every(is20)).toBe(true);
          expect(request.numwant).toBeGreaterThanOrEqual(0);
          expect(request.offers.every(({ offer: { sdp } }) => typeof sdp === "string")).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});
