import { expect, test } from "vitest";
import { guardedConfig, readConfig } from "./config.ts";

const ENVIRONMENT = {
  CHANNEL: "shoal",
  HLS: "/out/v1/shoal/live/cmaf/index.m3u8",
  DASH: "/out/v1/shoal/live/cmaf/index.mpd",
  TRACKER: "/tracker",
  SIGNATURES: "/signatures/out/v1/shoal/live/cmaf/",
  INSIGHTS: "on",
  REPORTS: "/reports",
  PUBLIC_KEYS: "BAq1,BBr2,BCs3",
  STUN_SERVERS: "stun:one:3478, stun:two:3478",
  SHARING_MODE: "leech",
  SHARING_RAMP: "0.25",
  SHARING_CONTROL: "0.02",
  SHARING_CONSENT: "ask",
  SHARING_ABOVE: "10",
  SHARING_REACH: "lan",
  DELAY_SECONDS: "12",
};

test("the environment becomes the player's configuration", () => {
  expect(readConfig(ENVIRONMENT)).toEqual({
    channel: "shoal",
    hls: "/out/v1/shoal/live/cmaf/index.m3u8",
    dash: "/out/v1/shoal/live/cmaf/index.mpd",
    tracker: "/tracker",
    signatures: { path: "/signatures/out/v1/shoal/live/cmaf/", publicKeys: ["BAq1", "BBr2", "BCs3"] },
    reports: { path: "/reports", pace: "/reports.json" },
    stunServers: ["stun:one:3478", "stun:two:3478"],
    sharing: { mode: "leech", ramp: 0.25, control: 0.02, consent: "ask", above: 10, reach: "lan" },
    delaySeconds: 12,
  });
});

test("without STUN servers or a delay there are none", () => {
  expect(readConfig({ ...ENVIRONMENT, STUN_SERVERS: "", DELAY_SECONDS: "" })).toMatchObject({
    stunServers: [],
    delaySeconds: null,
  });
});

test("where viewers don't report, nobody is told where to", () => {
  expect(readConfig({ ...ENVIRONMENT, INSIGHTS: "off" }).reports).toBeNull();
});

test.each([
  ["INSIGHTS", "", 'INSIGHTS is "", but must be on, off'],
  ["SHARING_MODE", "yes", 'SHARING_MODE is "yes", but must be on, leech, off'],
  ["SHARING_RAMP", "2", 'SHARING_RAMP is "2", but must be a number from 0 to 1'],
  ["SHARING_RAMP", "", 'SHARING_RAMP is "", but must be a number from 0 to 1'],
  ["SHARING_CONSENT", "", 'SHARING_CONSENT is "", but must be implied, notice, ask'],
  ["SHARING_ABOVE", "-1", 'SHARING_ABOVE is "-1", but must be a number from 0 to 1000000'],
  ["SHARING_REACH", "LAN", 'SHARING_REACH is "LAN", but must be world, network, lan'],
  ["DELAY_SECONDS", "soon", 'DELAY_SECONDS is "soon", but must be a number from 1 to 99'],
])("%s of %j is refused", (name, value, message) => {
  expect(() => readConfig({ ...ENVIRONMENT, [name]: value })).toThrow(message);
});

test("a missing variable is named", () => {
  expect(() => readConfig({ ...ENVIRONMENT, HLS: undefined })).toThrow("HLS is missing");
});

test("SharingGuard's ramp holds where it is lower, and changes nothing else", () => {
  const config = readConfig(ENVIRONMENT);
  expect(guardedConfig(config, 0.06)).toEqual({ ...config, sharing: { ...config.sharing, ramp: 0.06 } });
  expect(guardedConfig(config, 1)).toEqual(config);
});
