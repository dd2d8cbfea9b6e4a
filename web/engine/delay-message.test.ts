import { expect, test } from "vitest";
import { type DelayMessage, decode, encode, PROBE_NUMBERS } from "./delay-message.ts";

const REPLY = { type: "reply", number: 7, receivedAt: 12.3456, bytesReceived: 5_000_000_000 } as const;

test.each([{ type: "probe", number: PROBE_NUMBERS - 1 }, REPLY] satisfies DelayMessage[])(
  "a $type arrives as it was sent, in no more than 20 bytes",
  (message) => {
    const bytes = encode(message);
    expect(bytes.byteLength).toBeLessThanOrEqual(20);
    expect(decode(bytes)).toEqual(message);
  },
);

test.each([
  ["text", "probe"],
  ["nothing", undefined],
  ["an empty message", new ArrayBuffer(0)],
  ["a message of another length", new ArrayBuffer(17)],
  ["a clock that isn't a number", encode({ ...REPLY, receivedAt: Number.NaN })],
  ["an endless clock", encode({ ...REPLY, receivedAt: Number.POSITIVE_INFINITY })],
  ["a negative count", encode({ ...REPLY, bytesReceived: -1 })],
  ["a count that isn't whole", encode({ ...REPLY, bytesReceived: 0.5 })],
  ["a count beyond all measure", encode({ ...REPLY, bytesReceived: 2 ** 60 })],
])("%s isn't a message", (_, data) => {
  expect(decode(data)).toBeNull();
});
