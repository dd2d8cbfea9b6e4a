import { expect, test } from "vitest";
import { FrameMeter } from "./frame-meter.ts";

/** A masked text frame, as clients send it. */
function frame(payloadBytes: number): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const payload = Buffer.alloc(payloadBytes, 0xff);
  if (payloadBytes < 126) return Buffer.concat([Buffer.from([0x81, 0x80 | payloadBytes]), mask, payload]);
  const short = payloadBytes <= 0xffff;
  const length = Buffer.alloc(short ? 2 : 8);
  if (short) length.writeUInt16BE(payloadBytes);
  else length.writeBigUInt64BE(BigInt(payloadBytes));
  return Buffer.concat([Buffer.from([0x81, 0x80 | (short ? 126 : 127)]), length, mask, payload]);
}

const LENGTHS = [0, 1, 125, 126, 65_535, 65_536, 3];
const stream = Buffer.concat(LENGTHS.map(frame));

test.each([1, 2, 3, 7, 14, 1000, 65_536, stream.length])(
  "frames are measured in chunks of %i bytes",
  (chunkBytes) => {
    const meter = new FrameMeter();
    const measured = new Set<number>();
    for (let at = 0; at < stream.length; at += chunkBytes) {
      measured.add(meter.longestIn(stream.subarray(at, at + chunkBytes)));
    }
    expect(Math.max(...measured)).toBe(65_536);
    if (chunkBytes <= 3)
      expect([...measured].toSorted((a, b) => a - b)).toEqual([0, 1, 3, 125, 126, 65_535, 65_536]);
  },
);

test("a frame is measured by its header, before its payload is there", () => {
  expect(new FrameMeter().longestIn(frame(40_000).subarray(0, 8))).toBe(40_000);
});
