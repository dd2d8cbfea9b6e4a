import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { COMMAND, command } from "../../test/doubles/core-messages.ts";
import { FakeConnection } from "../../test/doubles/peer-connection.ts";
import { PeerWatch } from "./peer-watch.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const KB = 1024;

function watched() {
  const connection = new FakeConnection();
  const onFlood = vi.fn();
  const watch = new PeerWatch(connection, onFlood);
  const send = (count: number, message: Uint8Array<ArrayBuffer>) => {
    for (let sent = 0; sent < count; sent += 1) connection.emit("data", message);
  };
  return { connection, onFlood, watch, send };
}

const request = command(COMMAND.request, { i: 1, r: 1 });

test("as many bytes as were asked for may come, and half a megabyte more", () => {
  const { onFlood, watch, send } = watched();
  watch.asked(100 * KB);
  send(612, new Uint8Array(KB));
  expect(onFlood).not.toHaveBeenCalled();
  watch.asked(100 * KB);
  send(613, new Uint8Array(KB));
  expect(onFlood).toHaveBeenCalledOnce();
});

test("commands aren't counted as bytes, but for their number", () => {
  const { onFlood, send } = watched();
  send(300, request);
  expect(onFlood).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  send(60, request);
  expect(onFlood).not.toHaveBeenCalled();
  send(1, request);
  expect(onFlood).toHaveBeenCalledOnce();
});

test("an hour's silence allows no more than one burst", () => {
  const { onFlood, send } = watched();
  vi.advanceTimersByTime(3_600_000);
  send(301, request);
  expect(onFlood).toHaveBeenCalledOnce();
});

test("a segment in tiny messages is a flood as well", () => {
  const { onFlood, watch, send } = watched();
  watch.asked(100 * KB);
  send(301, new Uint8Array(1));
  expect(onFlood).toHaveBeenCalledOnce();
});

test("a flood is reported once, and nothing after close()", () => {
  const { connection, onFlood, watch, send } = watched();
  send(1_000, request);
  expect(onFlood).toHaveBeenCalledOnce();
  watch.close();
  expect(connection.listeners).toBe(0);
});
