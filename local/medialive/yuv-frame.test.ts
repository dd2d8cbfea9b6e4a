import { expect, test } from "vitest";
import { blankFrame, colour, fillSpan, pasteFitted, sizeWithin } from "./yuv-frame.ts";

const HD = { width: 1280, height: 720 };

test("white, black and the primaries have the levels of BT.709 video", () => {
  expect(colour(1, 1, 1)).toEqual([235, 128, 128]);
  expect(colour(0, 0, 0)).toEqual([16, 128, 128]);
  expect(colour(1, 0, 0)).toEqual([63, 102, 240]);
});

test("a span that ends inside a pixel covers it in part, and never leaves its row", () => {
  const frame = blankFrame(8, 2);
  fillSpan(frame, 0, -5, 2.5, [216, 128, 128]);
  expect([...frame.planes[0].subarray(0, 4)]).toEqual([216, 216, 116, 16]);
  expect([...frame.planes[0].subarray(8)]).toEqual(Array(8).fill(16));
});

test("frames are fitted whole and undistorted, in even sizes", () => {
  expect(sizeWithin({ width: 1920, height: 1080 }, HD)).toEqual(HD);
  expect(sizeWithin({ width: 640, height: 480 }, HD)).toEqual({ width: 960, height: 720 });
  expect(sizeWithin({ width: 1080, height: 1920 }, HD)).toEqual({ width: 406, height: 720 });
  expect(sizeWithin({ width: 2560, height: 1080 }, HD)).toEqual({ width: 1280, height: 540 });
});

test("a fitted frame lies in the middle, and around it is black", () => {
  const small = blankFrame(4, 4);
  small.planes[0].fill(200);
  small.planes[1].fill(90);
  const large = blankFrame(8, 4);
  large.planes[0].fill(50);
  pasteFitted(small, large);
  const row = [16, 16, 200, 200, 200, 200, 16, 16];
  expect([...large.planes[0]]).toEqual([...row, ...row, ...row, ...row]);
  expect([...large.planes[1].subarray(0, 4)]).toEqual([128, 90, 90, 128]);
});
