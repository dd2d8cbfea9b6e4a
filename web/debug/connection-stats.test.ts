import { describe, expect, test } from "vitest";
import { connectionStats, NO_STATS } from "./connection-stats.ts";

const report = (...all: object[]) => new Map(all.map((one, index) => [String(index), one]));
const here = {
  id: "L",
  type: "local-candidate",
  candidateType: "relay",
  protocol: "udp",
  relayProtocol: "tls",
  address: "192.0.2.1",
};
const there = {
  id: "R",
  type: "remote-candidate",
  candidateType: "srflx",
  protocol: "udp",
  address: "192.0.2.2",
};
const pair = {
  id: "P",
  type: "candidate-pair",
  localCandidateId: "L",
  remoteCandidateId: "R",
  currentRoundTripTime: 0.0421,
  bytesReceived: 1_000,
  bytesSent: 2_000,
};
const read = {
  distance: null,
  here: "relay",
  there: "srflx",
  transport: "udp by tls",
  roundTripMs: 42,
  bytesFrom: 1_000,
  bytesTo: 2_000,
};

test("the selected pair is what counts, and its addresses aren't kept", () => {
  const other = { ...pair, id: "Q", bytesReceived: 9 };
  const transport = { id: "T", type: "transport", selectedCandidatePairId: "P" };
  const found = connectionStats(report(other, pair, here, there, transport));
  expect(found).toEqual(read);
  expect(JSON.stringify(found)).not.toContain("192.0.2");
});

test.each([{ selected: true }, { nominated: true, state: "succeeded" }])(
  "Firefox marks the pair: %j",
  (mark) => {
    expect(
      connectionStats(
        report({ ...pair, id: "Q", nominated: true, state: "failed" }, { ...pair, ...mark }, here, there),
      ),
    ).toEqual(read);
  },
);

test("what isn't known is null", () => {
  expect(connectionStats(report())).toEqual(NO_STATS);
  expect(connectionStats(report({ id: "P", type: "candidate-pair", selected: true }))).toEqual(NO_STATS);
});

describe("how near the other end is", () => {
  const host = { ...here, candidateType: "host", address: "192.168.1.7" };
  const shown = { id: "S", type: "local-candidate", candidateType: "srflx", address: "203.0.113.5" };
  const global = { ...here, candidateType: "host", address: "2001:db8:1:2:aaaa::1" };
  const to = (address: string | undefined, candidateType = "srflx") => ({ ...there, candidateType, address });
  test.each([
    ["an address that no router passes on", host, to("10.1.2.3", "host"), "same-network"],
    ["the loopback", host, to("127.0.0.1", "host"), "same-network"],
    ["a name of the same network", host, to("1b2c.local", "host"), "same-network"],
    ["addresses that the browser keeps to itself", host, to(undefined, "host"), "same-network"],
    ["the address that this end's router shows", host, to("203.0.113.5"), "same-address"],
    ["another address", host, to("198.51.100.9"), "elsewhere"],
    ["an address beside it", host, to("172.32.0.1"), "elsewhere"],
    ["the same 64 bits of IPv6", global, to("2001:db8:1:2::9", "host"), "same-network"],
    ["the same, written out", global, to("2001:DB8:1:2:0:0:0:9", "host"), "same-network"],
    [
      "zeros that are left out",
      { ...global, address: "2001:db8::7" },
      to("2001:db8:0:0:1::9"),
      "same-network",
    ],
    ["other 64 bits", global, to("2001:db8:1:3::9", "host"), "elsewhere"],
    ["an empty address from outside", host, to(""), null],
    ["a relay", here, to("203.0.113.5"), null],
    ["a relay at the other end", host, to("203.0.113.5", "relay"), null],
  ])("by %s", (_, one, other, distance) => {
    const hidden = { id: "N", type: "local-candidate", candidateType: "host" };
    expect(connectionStats(report({ ...pair, selected: true }, one, hidden, shown, other))).toMatchObject({
      distance,
    });
  });
});
