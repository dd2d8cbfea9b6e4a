import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeConnection, pair } from "../../test/doubles/peer-connection.ts";
import { encode } from "./delay-message.ts";
import { DelayProbe, type Measured } from "./delay-probe.ts";

let here: FakeConnection;
let there: FakeConnection;
let measured: Measured[];
let probe: DelayProbe;
let theirs: DelayProbe;

beforeEach(() => {
  vi.useFakeTimers();
  [here, there] = pair();
  measured = [];
  probe = new DelayProbe(here, (sample) => measured.push(sample));
  theirs = new DelayProbe(there, () => {});
});

afterEach(() => {
  probe.close();
  theirs.close();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const text = (characters: string) => new TextEncoder().encode(characters);

test("both sides open the same channel, which neither repeats nor orders messages", () => {
  const options = { negotiated: true, id: 100, ordered: false, maxRetransmits: 0 };
  expect([here.channel?.options, there.channel?.options]).toEqual([options, options]);
});

test("a reply says when a probe was sent and received, and what the peer has received of media", () => {
  there.emit("data", text("cstr a command"));
  there.emit("data", text("dstr the rest of a long command"));
  there.emit("data", new Uint8Array(1000));
  const at = performance.now() / 1000;
  probe.send();
  expect(measured).toEqual([{ sentAt: at, receivedAt: at, bytesReceived: 1000 }]);
});

test("a peer is answered at most every 20 ms", async () => {
  for (let count = 0; count < 10; count += 1) probe.send();
  expect(measured).toHaveLength(1);
  await pass(0.02);
  probe.send();
  expect(measured).toHaveLength(2);
});

test("a reply counts once, and one to nothing doesn't", () => {
  const reply = (number: number) =>
    here.channel?.onmessage?.({
      data: encode({ type: "reply", number, receivedAt: 1, bytesReceived: 0 }),
    });
  probe.send();
  reply(1);
  reply(2);
  expect(measured).toHaveLength(1);
  here.channel?.onmessage?.({ data: "nonsense" });
  expect(measured).toHaveLength(1);
});

test("of many probes without a reply only the last are remembered", () => {
  if (there.channel) there.channel.onmessage = null;
  for (let count = 0; count < 100; count += 1) probe.send();
  for (let number = 1; number <= 100; number += 1) {
    here.channel?.onmessage?.({
      data: encode({ type: "reply", number, receivedAt: 1, bytesReceived: 0 }),
    });
  }
  expect(measured).toHaveLength(30);
});

test("a channel that isn't open, is full, or was refused measures nothing and throws nothing", () => {
  if (here.channel) here.channel.readyState = "connecting";
  probe.send();
  if (here.channel) here.channel.readyState = "open";
  if (here.channel) here.channel.isFull = true;
  probe.send();
  const refused = new FakeConnection();
  refused.refusal = new DOMException("no id left", "OperationError");
  const closed = new FakeConnection();
  closed.channel = null;
  for (const connection of [refused, closed]) {
    const none = new DelayProbe(connection, (sample) => measured.push(sample));
    none.send();
    none.close();
  }
  expect(measured).toEqual([]);
});

test("after close() nothing is heard, counted or sent", () => {
  probe.close();
  theirs.send();
  probe.send();
  expect([here.channel?.sent, measured]).toEqual([[], []]);
  expect(here.listeners).toBe(0);
});
