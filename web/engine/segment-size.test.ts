import { expect, test } from "vitest";
import type { RenditionTraits } from "../sharing/rendition-traits.ts";
import { SegmentSizes } from "./segment-size.ts";

const twoSeconds = { startSeconds: 10, endSeconds: 12 };
const OVERHEAD = 64 * 1024;

function mostSegmentBytes(
  times: { startSeconds: number; endSeconds: number },
  traits: RenditionTraits,
): number {
  const sizes = new SegmentSizes();
  sizes.listed([{ url: "one", sequence: 1, ...times }], traits);
  return sizes.most("one");
}

test("a segment that has left the playlist may be as large as any", () => {
  const sizes = new SegmentSizes();
  const segment = { sequence: 1, ...twoSeconds };
  sizes.listed([{ ...segment, url: "high" }], { bitrate: 4_000_000 });
  sizes.listed([{ ...segment, url: "low" }], { bitrate: 1_000_000 });
  expect(sizes.most("low")).toBe(750_000 + OVERHEAD);
  sizes.forget(["low"]);
  expect(sizes.most("low")).toBe(3_000_000 + OVERHEAD);
});

test("a segment may have three times what its rendition's bit rate says, and its container", () => {
  expect(mostSegmentBytes(twoSeconds, { bitrate: 4_000_000 })).toBe(3_000_000 + OVERHEAD);
});

test("audio by itself has no bit rate in a playlist", () => {
  for (const traits of [{}, { bitrate: 0 }]) {
    expect(mostSegmentBytes(twoSeconds, traits)).toBe(1_125_000 + OVERHEAD);
  }
});

test("times that make no sense leave the container", () => {
  expect(mostSegmentBytes({ startSeconds: 2, endSeconds: 1 }, { bitrate: 4_000_000 })).toBe(OVERHEAD);
});
