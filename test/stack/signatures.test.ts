/** A segment's signature, from the encoder to whoever verifies it. */

import { webcrypto } from "node:crypto";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { SegmentMetadata } from "../../functions/signer/trailer.ts";
import type { Config } from "../../functions/site/config.ts";
import { type Shoal, startShoal } from "../../local/shoal.ts";

const FOLDER = "/out/v1/shoal/live/cmaf";
const SEED = "00112233445566778899aabbccddeeff";
const { subtle } = webcrypto;

let shoal: Shoal;

beforeAll(async () => {
  shoal = await startShoal({
    host: "127.0.0.1",
    port: 0,
    streamKey: "key",
    signingSeed: SEED,
    renditions: ["360p"],
    segmentSeconds: 1,
  });
});
afterAll(() => shoal.stop());

const get = (path: string, from = shoal, init: RequestInit = {}) => fetch(from.ticketedUrl + path, init);

async function configOf(from = shoal): Promise<Config> {
  return (await (await get("/config.json", from)).json()) as Config;
}

interface Trailer {
  readonly metadata: SegmentMetadata;
  readonly digest: Buffer;
  readonly signature: Buffer;
  readonly signed: Buffer;
}

/** Reads a signature document as a player does: from its end. */
function trailersOf(document: Buffer): Trailer[] {
  const trailers: Trailer[] = [];
  for (let end = document.length; end > 0; ) {
    expect(document[end - 1]).toBe(1);
    const digestAt = end - 3 - 64 - 32;
    const start = digestAt - document.readUInt16BE(end - 3);
    trailers.unshift({
      metadata: JSON.parse(document.toString("utf8", start, digestAt)),
      digest: document.subarray(digestAt, digestAt + 32),
      signature: document.subarray(end - 67, end - 3),
      signed: Buffer.concat([document.subarray(start, end - 67), document.subarray(end - 3, end)]),
    });
    end = start;
  }
  return trailers;
}

/** Which of the public keys it verifies by, with WebCrypto. */
async function verifyingKey({ signature, signed }: Trailer, publicKeys: readonly string[]): Promise<number> {
  for (const [index, publicKey] of publicKeys.entries()) {
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const key = await subtle.importKey("raw", Buffer.from(publicKey, "base64"), curve, false, ["verify"]);
    if (await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed)) return index;
  }
  return -1;
}

/** The newest segment of a rendition's playlist. */
async function newestOf(rendition: string): Promise<{ sequence: number; path: string; lines: string[] }> {
  const playlist = await (await get(`${FOLDER}/index_${rendition}.m3u8`)).text();
  const lines = playlist.split("\n").filter((line) => line !== "");
  const first = Number(/EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1]);
  const files = lines.filter((line) => !line.startsWith("#"));
  return { sequence: first + files.length - 1, path: `${FOLDER}/${files.at(-1)}`, lines };
}

async function onAir(): Promise<void> {
  await expect
    .poll(async () => (await get(`${FOLDER}/index_audio.m3u8`)).status, { timeout: 40_000 })
    .toBe(200);
}

test("the signatures of a number verify by the key in config.json, each for the bytes that viewers get", async () => {
  await onAir();
  const { signatures, channel } = await configOf();
  const { sequence, lines } = await newestOf("360p");
  const answer = await get(`${signatures.path}${sequence}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=86400, immutable");
  const trailers = trailersOf(Buffer.from(await answer.arrayBuffer()));

  expect(trailers.map(({ metadata }) => metadata.rendition).sort()).toEqual([
    `${FOLDER}/index_360p.m3u8`,
    `${FOLDER}/index_audio.m3u8`,
  ]);
  for (const trailer of trailers) {
    const { metadata, digest } = trailer;
    expect(await verifyingKey(trailer, signatures.publicKeys)).toBe(0);
    expect(metadata).toMatchObject({ channel, sequence, isDiscontinuous: false });
    const bytes = await (await get(metadata.segment)).arrayBuffer();
    expect(digest).toEqual(Buffer.from(await subtle.digest("SHA-256", bytes)));
  }
  const video = trailers.find(({ metadata }) => metadata.rendition.includes("360p"))?.metadata;
  expect(lines).toContain(`#EXT-X-PROGRAM-DATE-TIME:${video?.programDateTime}`);
  expect(lines).toContain(`#EXTINF:${video?.durationSeconds.toFixed(5)},`);
});

test("DASH lists the same segments under the same numbers, so that one signature serves both", async () => {
  await onAir();
  const manifest = await (await get(`${FOLDER}/index.mpd`)).text();
  expect(manifest).toContain('media="segment_$RepresentationID$_$Number$.mp4"');
  const start = Number(/startNumber="(\d+)"/.exec(manifest)?.[1]);
  const answer = await get(`/signatures${FOLDER}/${start}`);
  const segments = trailersOf(Buffer.from(await answer.arrayBuffer())).map(
    ({ metadata }) => metadata.segment,
  );
  expect(segments).toContain(`${FOLDER}/segment_360p_${start}.mp4`);
});

test.each([
  ["a number that isn't listed", `${FOLDER}/1`],
  ["a segment's name", `${FOLDER}/segment_360p_1.mp4`],
  ["a playlist", `${FOLDER}/index.m3u8`],
  ["a number with zeros before it", `${FOLDER}/01`],
  ["another endpoint", "/out/v1/shoal/live/other/1"],
  ["another host", `${FOLDER}/https://example.com/1`],
  ["a way up", `${FOLDER}/%2e%2e/%2e%2e/1`],
  ["an encoded slash", `${FOLDER}/..%2f1`],
  ["nothing", `${FOLDER}/`],
])("%s is refused, and forgotten within a second", async (_what, path) => {
  const { status, headers } = await get(`/signatures${path}`);
  expect(status).toBe(404);
  // What has not even the right shape is refused by the edge.
  expect(headers.get("cache-control")).toMatch(/^(max-age=1|no-store)$/);
});

test("nothing is posted to the signer", async () => {
  expect((await get(`/signatures${FOLDER}/1`, shoal, { method: "POST" })).status).toBe(403);
});

describe("the signer's faults", () => {
  test("down: requests get no answer, the stream stays", async () => {
    await onAir();
    await shoal.faults.signer.down.begin();
    const { sequence } = await newestOf("360p");
    await expect(get(`/signatures${FOLDER}/${sequence}`)).rejects.toThrow("fetch failed");
    expect((await get(`${FOLDER}/index_360p.m3u8`)).status).toBe(200);
    await shoal.faults.signer.down.end();
    expect((await get(`/signatures${FOLDER}/${sequence}`)).status).toBe(200);
  });

  test("wrong: trailers read well, and none is right about the bytes", async () => {
    await onAir();
    await shoal.faults.signer.wrong.begin();
    const { sequence } = await newestOf("360p");
    const answer = await get(`/signatures${FOLDER}/${sequence}`);
    await shoal.faults.signer.wrong.end();
    const trailers = trailersOf(Buffer.from(await answer.arrayBuffer()));
    expect(trailers).toHaveLength(2);
    const { publicKeys } = (await configOf()).signatures;
    for (const trailer of trailers) expect(await verifyingKey(trailer, publicKeys)).toBe(-1);
  });

  test("slow: the answer takes 5 s", async () => {
    await onAir();
    const { sequence } = await newestOf("360p");
    await shoal.faults.signer.slow.begin();
    const began = performance.now();
    const { status } = await get(`/signatures${FOLDER}/${sequence}`);
    await shoal.faults.signer.slow.end();
    expect(status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(4_900);
  });
});

describe("the key", () => {
  const withoutChannel = async (signingSeed: string) => {
    const other = await startShoal({
      host: "127.0.0.1",
      port: 0,
      streamKey: "key",
      signingSeed,
      withChannel: false,
    });
    onTestFinished(() => other.stop());
    return (await configOf(other)).signatures.publicKeys;
  };

  test("is the same after a restart with the seed that was kept, and another with another", async () => {
    expect(await withoutChannel(SEED)).toEqual(await withoutChannel(SEED));
    expect(await withoutChannel("f".repeat(32))).not.toEqual(await withoutChannel(SEED));
  });

  test("changes on the air to one that viewers know already, and what the old one signed still verifies", async () => {
    await onAir();
    const before = (await configOf()).signatures;
    const earlier = await newestOf("360p");
    const old = Buffer.from(await (await get(`${before.path}${earlier.sequence}`)).arrayBuffer());
    shoal.changeSigningKey();
    const after = (await configOf()).signatures;
    expect(after.publicKeys[0]).toBe(before.publicKeys[1]);

    const { sequence } = await newestOf("360p");
    const fresh = Buffer.from(await (await get(`${before.path}${sequence}`)).arrayBuffer());
    for (const trailer of trailersOf(fresh)) {
      expect(await verifyingKey(trailer, before.publicKeys)).toBe(1);
      expect(await verifyingKey(trailer, after.publicKeys)).toBe(0);
    }
    for (const trailer of trailersOf(old)) expect(await verifyingKey(trailer, after.publicKeys)).toBe(2);
  });
});
