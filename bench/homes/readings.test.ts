import { expect, it } from "vitest";
import { segmentsIn } from "./cdn.ts";
import { parseProcessorSeconds } from "./machine.ts";
import { countPings, parsePing } from "./ping.ts";

it("reads a round trip from a row of ping", () => {
  const row = "[1763750400.250000] 64 bytes from 10.77.0.1: icmp_seq=7 ttl=63 time=41.5 ms";
  expect(parsePing(row)).toEqual({ at: 1_763_750_400_250, sequence: 7, ms: 41.5 });
});

it("finds no round trip in ping's other rows", () => {
  expect(parsePing("PING 10.77.0.1 (10.77.0.1) 56(84) bytes of data.")).toBeNull();
  expect(parsePing("[1763750400.250000] no answer yet for icmp_seq=3")).toBeNull();
});

it("counts the pings of a span, and those that were never answered", () => {
  const pings = [1, 2, 5, 6, 7].map((sequence) => ({ at: sequence * 200, sequence, ms: 40 + sequence }));
  expect(countPings(pings, { from: 300, to: 1_300 })).toEqual({ ms: [42, 45, 46], lost: 2 });
  expect(countPings([], { from: 0, to: 1 })).toEqual({ ms: [], lost: 0 });
});

it("reads processor time, ended children's too, behind a name that holds spaces and parentheses", () => {
  const stat = "4711 (chrome (gpu) x) S 1 2 3 4 5 6 7 8 9 10 250 50 30 20 20 0";
  expect(parseProcessorSeconds(stat)).toBe(3.5);
});

it("finds the paths of a playlist's segments", () => {
  const playlist = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2.000,\n7.m4s\n#EXTINF:2.000,\n8.m4s\n';
  expect(segmentsIn("/out/v0/index.m3u8", playlist)).toEqual(["/out/v0/7.m4s", "/out/v0/8.m4s"]);
});
