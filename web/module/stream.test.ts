import { expect, test } from "vitest";
import { limitSharing, streamOf } from "./stream.ts";

const CONFIG = {
  channel: "shoal",
  hls: "/out/v1/shoal/live/cmaf/index.m3u8",
  dash: "/out/v1/shoal/live/cmaf/index.mpd",
  tracker: "/tracker",
  stunServers: ["stun:one:3478"],
  sharing: { mode: "leech" as const, ramp: 0.5 },
  delaySeconds: null,
};
const stream = streamOf(CONFIG, new URL("https://live.example.com/config.json"));

test("a deployment's paths become whole addresses, so that a page anywhere can play it", () => {
  expect(stream).toMatchObject({
    hls: "https://live.example.com/out/v1/shoal/live/cmaf/index.m3u8",
    dash: "https://live.example.com/out/v1/shoal/live/cmaf/index.mpd",
    trackers: ["wss://live.example.com/tracker"],
  });
});

test("a deployment on plain HTTP, as on a laptop, has a plain tracker", () => {
  expect(streamOf(CONFIG, new URL("http://localhost:8080/config.json")).trackers).toEqual([
    "ws://localhost:8080/tracker",
  ]);
});

test.each([
  ["on", "leech"],
  ["leech", "leech"],
  ["off", "off"],
] as const)("a page that asks for %s where the deployment allows leech gets %s", (asked, got) => {
  expect(limitSharing(stream, asked).policy).toEqual({ mode: got, ramp: 0.5 });
});
