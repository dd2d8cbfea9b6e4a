import { describe, expect, test } from "vitest";
import type { Quality } from "../playback/session.ts";
import { bitRate, qualityName } from "./quality-names.ts";

const hd: Quality = { index: 1, width: 1280, height: 720, bitsPerSecond: 2_800_000, framesPerSecond: 30 };

describe("the name of a quality", () => {
  test("is its height", () => {
    expect(qualityName(hd, [hd])).toBe("720p");
  });

  test("includes a high frame rate", () => {
    const smooth = { ...hd, framesPerSecond: 59.94 };
    expect(qualityName(smooth, [smooth, hd])).toBe("720p60");
  });

  test("leaves out usual frame rates", () => {
    expect(qualityName({ ...hd, framesPerSecond: 0 }, [hd])).toBe("720p");
  });

  test("uses the width of an upright video", () => {
    const upright = { ...hd, width: 720, height: 1280 };
    expect(qualityName(upright, [upright])).toBe("720p");
  });

  test("includes the bit rate when two renditions have the same size", () => {
    const lean = { ...hd, index: 0, bitsPerSecond: 900_000 };
    expect(qualityName(lean, [lean, hd])).toBe("720p, 900 kbit/s");
  });

  test("says that there is only audio", () => {
    expect(qualityName({ ...hd, width: 0, height: 0 }, [hd])).toBe("Sound only");
  });
});

test.each([
  [350_000, "350 kbit/s"],
  [1_000_000, "1.0 Mbit/s"],
  [5_250_000, "5.3 Mbit/s"],
])("%i bits per second read as %s", (bits, words) => {
  expect(bitRate(bits)).toBe(words);
});
