import { expect, test } from "vitest";
import { newDownload, type Transfer } from "./segment-state.ts";
import { WastedTransfers } from "./wasted-transfers.ts";

const STREAM = 1_000_000;

/** A transfer of 4 s from Eve that brought so many bytes. */
const transfer = (bytes: number, totalBytes: number | null = 250_000): Transfer => ({
  ...newDownload(0),
  peerId: "eve",
  bytes,
  totalBytes,
});

test("three transfers in a row that bring next to nothing drop the peer", () => {
  const wasted = new WastedTransfers();
  const broke = () => wasted.brokeOff(transfer(4), STREAM, 3);
  expect([broke(), broke(), broke()]).toEqual(["doubt", "doubt", "drop"]);
});

test("a peer that is silent twice for as long as hardly any honest one is is dropped", () => {
  const secondOf = (bytes: number, totalBytes: number | null, seconds: number) => {
    const wasted = new WastedTransfers();
    expect(wasted.brokeOff(transfer(bytes, totalBytes), STREAM, seconds)).toBe("doubt");
    return wasted.brokeOff(transfer(bytes, totalBytes), STREAM, seconds);
  };
  expect(secondOf(0, null, 3.4)).toBe("doubt");
  expect(secondOf(0, null, 3.5)).toBe("drop");
  expect(secondOf(999, 250_000, 3.5)).toBe("drop");
  expect(secondOf(1_000, 250_000, 3.5)).toBe("doubt");
});

test("a whole segment in between makes up for them", () => {
  const wasted = new WastedTransfers();
  const broke = () => wasted.brokeOff(transfer(4), STREAM, 3);
  expect([broke(), broke()]).toEqual(["doubt", "doubt"]);
  wasted.paidOff("eve");
  expect([broke(), broke(), broke()]).toEqual(["doubt", "doubt", "drop"]);
});

test("a slow transfer isn't wasted, nor one that ends at once, nor one of nobody's", () => {
  const wasted = new WastedTransfers();
  for (let round = 0; round < 9; round += 1) {
    expect(wasted.brokeOff(transfer(11_000), STREAM, 4)).toBe("believe");
    expect(wasted.brokeOff(transfer(0), STREAM, 1.9)).toBe("believe");
    expect(wasted.brokeOff({ ...transfer(0), peerId: "" }, STREAM, 4)).toBe("believe");
  }
});

test("what comes before the size of the segment doesn't count", () => {
  const wasted = new WastedTransfers();
  const broke = () => wasted.brokeOff(transfer(400_000, null), STREAM, 3);
  expect([broke(), broke(), broke()]).toEqual(["doubt", "doubt", "drop"]);
});
