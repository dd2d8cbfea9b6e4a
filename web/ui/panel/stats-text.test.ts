import { describe, expect, test } from "vitest";
import { bytesText, peersText, secondsText, shareText, stallsText } from "./stats-text.ts";

describe("bytes", () => {
  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [940_400, "940 kB"],
    [999_600, "1.0 MB"],
    [12_345_678, "12.3 MB"],
    [2_500_000_000, "2.5 GB"],
  ])("%i read as %s", (bytes, words) => {
    expect(bytesText(bytes)).toBe(words);
  });
});

describe("the share from peers", () => {
  test.each([
    [0, "0 %"],
    [0.001, "< 1 %"],
    [0.724, "72 %"],
    [0.999, "> 99 %"],
    [1, "100 %"],
  ])("%f reads as %s", (share, words) => {
    expect(shareText(share)).toBe(words);
  });
});

test("seconds have one decimal", () => {
  expect(secondsText(8.24)).toBe("8.2 s");
});

test("an unknown number of seconds is a dash", () => {
  expect(secondsText(null)).toBe("–");
});

test("peers who left are counted only once there are some", () => {
  expect([peersText(2, 2), peersText(2, 5)]).toEqual(["2", "2 (5 so far)"]);
});

test("stalls come with their total duration", () => {
  expect([stallsText(0, 0), stallsText(2, 3.52)]).toEqual(["none", "2 (3.5 s)"]);
});
