import { expect, test } from "vitest";
import { isIdr, parseConfiguration } from "./h264.ts";

/** NAL units of these types, each with its length before it. */
const frame = (lengthBytes: number, ...types: number[]) =>
  Buffer.concat(
    types.map((type) => {
      const unit = Buffer.alloc(lengthBytes + 3);
      unit.writeUIntBE(3, 0, lengthBytes);
      unit[lengthBytes] = 0x60 | type;
      return unit;
    }),
  );

test("the configuration tells profile and length of lengths", () => {
  expect(parseConfiguration(Buffer.from([1, 100, 0, 31, 0xff, 0xe1]))).toEqual({
    profile: 100,
    lengthBytes: 4,
  });
  expect(parseConfiguration(Buffer.from([1, 66, 0, 31, 0xfd]))).toEqual({ profile: 66, lengthBytes: 2 });
  expect(parseConfiguration(Buffer.from([1, 66]))).toBeNull();
});

test("an IDR frame is told by any of its units", () => {
  expect(isIdr(frame(4, 7, 8, 6, 5), 4)).toBe(true);
  expect(isIdr(frame(2, 5, 5), 2)).toBe(true);
});

test("a frame with a recovery point alone begins an open GOP", () => {
  expect(isIdr(frame(4, 6, 1), 4)).toBe(false);
  expect(isIdr(Buffer.alloc(0), 4)).toBe(false);
  expect(isIdr(Buffer.from([0, 0, 0, 9]), 4)).toBe(false);
});
