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
  expect(meter.since(1)).toEqual({ bitsPerSecond: 24_000, seconds: 1 });
  expect(meter.since(1.5)).toEqual({ bitsPerSecond: 24_000, seconds: 0.5 });
});

test("counts no more than was sent, whatever peers claim", () => {
  const meter = new DeliveryMeter();
  meter.sent(1_000);
  for (const peerId of ["a", "b"]) meter.reported(report(peerId, 0), 1);
  for (const peerId of ["a", "b"]) meter.reported(report(peerId, 1e15), 2);
  expect(meter.since(1).bitsPerSecond).toBe(8_000);
});

test("a connection that begins anew counts from where it begins", () => {
  const meter = new DeliveryMeter();
  meter.sent(10_000);
  meter.reported(report("a", 5_000), 1);
  meter.closed("a");
  meter.reported(report("a", 100), 2);
  meter.reported(report("a", 1_100), 3);
  expect(meter.since(2).bitsPerSecond).toBe(8_000);
});
