/** Reads what kind of picture some bytes are, and how large it is. JPEG and PNG: chat apps show no others everywhere. */

import { createHash } from "node:crypto";
import { DetailsError, type Picture } from "./event-details.ts";

/** An item of DynamoDB has at most 400 KB, its other attributes included. */
export const MOST_PICTURE_BYTES = 380_000;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The frame headers of JPEG (ITU-T T.81, table B.1), without the three markers in their row that are others. */
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** What the details say of a picture with these bytes. Throws a DetailsError that says what is wrong with them. */
export function pictureOf(bytes: Buffer): Picture {
  if (bytes.length > MOST_PICTURE_BYTES) {
    const [has, most] = [bytes.length, MOST_PICTURE_BYTES].map((count) => Math.round(count / 1000));
    throw new DetailsError(`The picture has ${has} KB; at most ${most} KB fit. Save it smaller, as a JPEG.`);
  }
  const size = pngSize(bytes) ?? jpegSize(bytes);
  if (!size || size.width === 0 || size.height === 0)
    throw new DetailsError("The picture must be a JPEG or a PNG.");
  const { type, ...pixels } = size;
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { name: `${hash}.${type}`, ...pixels };
}

interface Size {
  readonly type: "jpg" | "png";
  readonly width: number;
  readonly height: number;
}

function pngSize(bytes: Buffer): Size | null {
  if (bytes.length < 24 || !bytes.subarray(0, 8).equals(PNG)) return null;
  return { type: "png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function jpegSize(bytes: Buffer): Size | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  // Each segment: a marker of two bytes, then its length, which counts itself.
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (isFrameHeader(bytes.readUInt8(at + 1)))
      return { type: "jpg", width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  return null;
}
