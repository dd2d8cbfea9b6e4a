import { expect, test } from "vitest";
import { TrafficHistory } from "./traffic.ts";

const totals = (fromPeers: number, fromCdn: number, toPeers = 0) => ({
  bytesFromPeers: fromPeers,
  bytesFromCdn: fromCdn,
  bytesToPeers: toPeers,
});

test("growing totals become megabits per second", () => {
  const history = new TrafficHistory(60);
  history.add(0, totals(0, 0));
  history.add(2, totals(500_000, 250_000, 125_000));
  expect(history.rates()).toEqual({ atSeconds: [2], fromPeers: [2], fromCdn: [1], toPeers: [0.5] });
});

test("a burst is spread over six seconds", () => {
  const history = new TrafficHistory(60);
  for (let second = 0; second <= 6; second += 1) history.add(second, totals(second < 6 ? 0 : 750_000, 0));
  expect(history.rates().fromPeers.at(-1)).toBe(1);
});

test("samples older than the span are forgotten", () => {
  const history = new TrafficHistory(10);
  for (let second = 0; second <= 100; second += 1) history.add(second, totals(second, 0));
  const { atSeconds } = history.rates();
  expect([atSeconds[0], atSeconds.at(-1)]).toEqual([85, 100]);
});
