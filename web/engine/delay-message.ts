/**
 * The two messages that measure a connection's delay, told apart by their length. A probe is its number (2 bytes). The
 * reply repeats the number and adds the receiver's clock and what it has received, two doubles (18 bytes in all).
 */

export type DelayMessage =
  | { type: "probe"; number: number }
  | {
      type: "reply";
      number: number;
      /** Seconds on the receiver's clock. */
      receivedAt: number;
      /** Media bytes that the receiver has received on this connection. */
      bytesReceived: number;
    };

const PROBE_BYTES = 2;
const REPLY_BYTES = 18;

/** After the last number comes the first again. */
export const PROBE_NUMBERS = 2 ** 16;

export function encode(message: DelayMessage): ArrayBuffer {
  const bytes = new ArrayBuffer(message.type === "probe" ? PROBE_BYTES : REPLY_BYTES);
  const view = new DataView(bytes);
  view.setUint16(0, message.number);
  if (message.type === "reply") {
    view.setFloat64(2, message.receivedAt);
    view.setFloat64(10, message.bytesReceived);
  }
  return bytes;
}

/** Reads what came by the data channel. Returns null for what isn't such a message. */
export function decode(data: unknown): DelayMessage | null {
  if (!(data instanceof ArrayBuffer)) return null;
  const view = new DataView(data);
  if (data.byteLength === PROBE_BYTES) return { type: "probe", number: view.getUint16(0) };
  if (data.byteLength !== REPLY_BYTES) return null;
  const receivedAt = view.getFloat64(2);
  const bytesReceived = view.getFloat64(10);
  if (!Number.isFinite(receivedAt) || !Number.isSafeInteger(bytesReceived) || bytesReceived < 0) return null;
  return { type: "reply", number: view.getUint16(0), receivedAt, bytesReceived };
}
