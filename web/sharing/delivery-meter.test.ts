import { expect, test } from "vitest";
import { DeliveryMeter } from "./delivery-meter.ts";

const report = (peerId: string, bytesReceived: number) => ({
  peerId,
  sentAt: 0,
  receivedAt: 0,
  bytesReceived,
});

test("adds up what several peers received in the same time", () => {
  const meter = new DeliveryMeter();
  meter.sent(3_000);
  meter.reported(report("a", 500), 1);
  meter.reported(report("b", 0), 1);
  meter.reported(report("a", 1_500), 2);
  meter.reported(report("b", 2_000), 2);
  expect(meter.since(1)).toEqual({ delivered: 24_000, acknowledged: 0, seconds: 1 });
  expect(meter.since(1.5)).toEqual({ delivered: 24_000, acknowledged: 0, seconds: 0.5 });
});

test("counts no more than was sent, whatever peers claim", () => {
  const meter = new DeliveryMeter();
  meter.sent(1_000);
  for (const peerId of ["a", "b"]) meter.reported(report(peerId, 0), 1);
  for (const peerId of ["a", "b"]) meter.reported(report(peerId, 1e15), 2);
  expect(meter.since(1).delivered).toBe(8_000);
});

test("a connection that begins anew counts from where it begins", () => {
  const meter = new DeliveryMeter();
  meter.sent(10_000);
  meter.reported(report("a", 5_000), 1);
  meter.closed("a");
  meter.reported(report("a", 100), 2);
  meter.reported(report("a", 1_100), 3);
  expect(meter.since(2).delivered).toBe(8_000);
});

test("adds up the acknowledgments of what peers sent in the same time", () => {
  const meter = new DeliveryMeter();
  meter.sent(1_000);
  meter.reported(report("a", 0), 1);
  for (const at of [0.9, 1.2, 1.9, 2.1]) meter.received(23_000, at);
  meter.reported(report("a", 1_000), 2);
  expect(meter.since(1)).toEqual({ delivered: 8_000, acknowledged: 2 * 1_070 * 8, seconds: 1 });
});
