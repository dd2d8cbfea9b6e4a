import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { joined, Signer } from "../../test/doubles/signer.ts";
import { MOST_TRAILER_BYTES, trailerAtEnd, trailersIn } from "./trailer.ts";

const DATA = new Uint8Array(500).fill(7).buffer;
let trailer: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  const signer = await Signer.create("main-stage");
  trailer = await signer.trailer("/out/low/1.m4s", DATA);
});

test("a trailer is read from the end of what a peer sent", () => {
  const read = trailerAtEnd(joined(DATA, trailer));
  expect(read).toMatchObject({
    metadata: { channel: "main-stage", segment: "/out/low/1.m4s" },
    bytes: trailer,
  });
  expect(read?.covered).toEqual(joined(trailer.subarray(0, -67), trailer.subarray(-3)));
});

test("a document has the trailers of all renditions", () => {
  expect(trailersIn(joined(trailer, trailer)).map(({ bytes }) => bytes)).toEqual([trailer, trailer]);
  expect(trailersIn(joined())).toEqual([]);
});

test("no trailer is read from bytes that don't end in one", () => {
  const changed = (index: number, byte: number) => {
    const copy = trailer.slice();
    copy[index < 0 ? copy.length + index : index] = byte;
    return trailerAtEnd(copy);
  };
  expect(changed(-1, 2)).toBeNull();
  expect(changed(-2, 255)).toBeNull();
  expect(changed(-3, 255)).toBeNull();
  expect(changed(0, 0)).toBeNull();
  expect(trailerAtEnd(trailer.subarray(1))).toBeNull();
  expect(trailerAtEnd(new Uint8Array(0))).toBeNull();
});

test("metadata without a channel or a path is none", () => {
  const withMetadata = (metadata: unknown) => {
    const encoded = new TextEncoder().encode(JSON.stringify(metadata));
    return trailerAtEnd(joined(encoded, new Uint8Array(96), Uint8Array.of(0, encoded.length, 1)));
  };
  expect(withMetadata({ channel: "a", segment: "/b" })?.metadata).toEqual({ channel: "a", segment: "/b" });
  for (const wrong of [{ channel: "a" }, { channel: 1, segment: "/b" }, [], "text"]) {
    expect(withMetadata(wrong)).toBeNull();
  }
});

test("whatever a peer sends, reading it doesn't throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: MOST_TRAILER_BYTES + 10 }), (bytes) => {
      trailersIn(Uint8Array.from([...bytes, 0, 40, 1]));
    }),
  );
});
