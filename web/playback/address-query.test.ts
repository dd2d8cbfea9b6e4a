import { expect, test } from "vitest";
import { withQueryOf } from "./address-query.ts";

const SIGNED = "https://live.example.com/out/index.m3u8?token=a%2Fb&expires=9";

test("a segment's address gets the query of the stream's address", () => {
  expect(withQueryOf(SIGNED, "https://live.example.com/out/video_7.mp4")).toBe(
    "https://live.example.com/out/video_7.mp4?token=a%2Fb&expires=9",
  );
});

test("a parameter that the address already has stays as it is", () => {
  expect(withQueryOf(SIGNED, "https://live.example.com/out/video_7.mp4?token=own&v=1")).toBe(
    "https://live.example.com/out/video_7.mp4?token=own&v=1&expires=9",
  );
});

test("an address of another origin gets nothing", () => {
  const elsewhere = "https://ads.example.net/spot_1.mp4";
  expect(withQueryOf(SIGNED, elsewhere)).toBe(elsewhere);
});

test("without a query nothing changes", () => {
  expect(withQueryOf("https://live.example.com/index.m3u8", "https://live.example.com/a b.mp4")).toBe(
    "https://live.example.com/a b.mp4",
  );
});
