import { expect, test } from "vitest";
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
  here: "relay",
  there: "srflx",
  transport: "udp by tls",
  roundTripMs: 42,
  bytesFrom: 1_000,
  bytesTo: 2_000,
};

test("the selected pair is what counts, and its addresses aren't read", () => {
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
