import { expect, test } from "vitest";
import { MOST_PICTURE_BYTES, pictureOf } from "./pictures.ts";

const png = (width: number, height: number) => {
  const bytes = Buffer.alloc(24);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};

/** A start, a segment of an application, a Huffman table and the header of a progressive frame. */
const jpeg = (frame = "ffc2 000b 08 02d0 0500 01", before = "ffe0 0004 4a46 ffc4 0003 00") =>
  Buffer.from(`ffd8 ${before} ${frame} 00 00 00`.replaceAll(" ", ""), "hex");

test("a PNG's and a JPEG's size is in their headers", () => {
  expect(pictureOf(png(1280, 720))).toMatchObject({ width: 1280, height: 720 });
  expect(pictureOf(jpeg())).toMatchObject({ width: 1280, height: 720 });
});

test("the name is a hash of the bytes, and what they are", () => {
  expect(pictureOf(png(1, 2)).name).toMatch(/^[\w-]{22}\.png$/);
  expect(pictureOf(jpeg()).name).toMatch(/\.jpg$/);
  expect(pictureOf(png(1, 2)).name).not.toBe(pictureOf(png(1, 3)).name);
  expect(pictureOf(png(1, 2))).toEqual(pictureOf(png(1, 2)));
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["text", Buffer.from("<svg onload='alert(1)'></svg>        ")],
  ["an empty PNG", png(0, 0)],
  ["a PNG without height", png(9, 0)],
  ["half of a PNG", png(9, 9).subarray(0, 20)],
  ["a JPEG without a frame", jpeg("ffda 0002", "")],
  ["a JPEG that breaks off", jpeg().subarray(0, 9)],
])("%s is no picture", (_, bytes) => {
  expect(() => pictureOf(bytes)).toThrow("must be a JPEG or a PNG");
});

test("a picture that doesn't fit into an item is too large", () => {
  const large = Buffer.concat([png(9, 9), Buffer.alloc(MOST_PICTURE_BYTES)]);
  expect(() => pictureOf(large)).toThrow("The picture has 380 KB; at most 380 KB fit.");
});
