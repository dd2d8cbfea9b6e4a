import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { MOST_METADATA_BYTES, type SegmentMetadata, writeTrailer } from "./trailer.ts";

const METADATA: SegmentMetadata = {
  channel: "shoal",
  rendition: "/out/v1/shoal/live/cmaf/index_720p.m3u8",
  segment: "/out/v1/shoal/live/cmaf/segment_720p_1795.mp4",
  sequence: 1795,
  durationSeconds: 2,
  programDateTime: "2026-11-29T19:30:00.000Z",
  isDiscontinuous: false,
};
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const dsaEncoding = "ieee-p1363";
const signIt = (message: Uint8Array) => sign("sha256", message, { key: privateKey, dsaEncoding });
const digest = createHash("sha256").update("the segment's bytes").digest();
const trailer = Buffer.from(writeTrailer(METADATA, digest, signIt));

test("a trailer ends in its version, and before it the length of its metadata", () => {
  expect(trailer.at(-1)).toBe(1);
  expect(trailer.readUInt16BE(trailer.length - 3)).toBe(trailer.length - 32 - 64 - 3);
});

test("a trailer is read from its end: signature, digest and metadata", () => {
  const length = trailer.readUInt16BE(trailer.length - 3);
  expect(JSON.parse(trailer.subarray(0, length).toString())).toEqual(METADATA);
  expect(trailer.subarray(length, length + 32)).toEqual(digest);
});

test("the signature covers metadata, digest, length and version", () => {
  const signature = trailer.subarray(-67, -3);
  const verifies = (bytes: Buffer) => verify("sha256", bytes, { key: publicKey, dsaEncoding }, signature);
  const covered = Buffer.concat([trailer.subarray(0, -67), trailer.subarray(-3)]);
  expect(verifies(covered)).toBe(true);
  for (let index = 0; index < covered.length; index += 1) {
    const changed = Buffer.from(covered);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(verifies(changed), `with another byte ${index}`).toBe(false);
  }
});

test("metadata that a trailer can't hold is an error that names the segment", () => {
  const segment = `/out/${"a".repeat(MOST_METADATA_BYTES)}`;
  expect(() => writeTrailer({ ...METADATA, segment }, digest, signIt)).toThrow(`The metadata of ${segment}`);
});
