/** A model of a transfer's way: from the holder's uplink to the taker's downlink, no faster than the slower of them. */

import type { EventQueue } from "../event-queue.ts";
import type { Flow, Link } from "./link.ts";
import { CHUNKS } from "./uplink.ts";

export interface TransferFlow extends Pick<Flow, "isCancelled"> {
  queue: EventQueue;
  downlink: Link;
  /** From one home to the other, one way. */
  linkSeconds: number;
  /** Of the whole transfer. */
  bytes: number;
  /** A chunk came in. */
  onChunk: (bytes: number, isLast: boolean) => void;
  /** The holder learns that it may send more. */
  onRoom: () => void;
}

/**
 * For the holder's uplink. What has been sent is carried, wanted or not; it has one share of the downlink. As
 * congestion control does, the sender keeps the downlink full and no more: it goes on until more is under way than the
 * downlink carries in a round trip and one chunk.
 */
export function transferFlow({
  isCancelled,
  queue,
  downlink,
  linkSeconds,
  bytes,
  onChunk,
  onRoom,
}: TransferFlow): Flow {
  let bytesLeft = bytes;
  let bytesUnderWay = 0;
  const enoughBytes = (downlink.bitsPerSecond / 8) * 2 * linkSeconds + bytes / CHUNKS;
  const arrived: number[] = [];
  const carry = (chunk: number) =>
    downlink.carry({ isCancelled: () => false, onChunk: () => carried(chunk) }, chunk, 1);
  const carried = (chunk: number) => {
    arrived.shift();
    const [next] = arrived;
    if (next !== undefined) carry(next);
    queue.after(linkSeconds, () => {
      bytesUnderWay -= chunk;
      onRoom();
    });
    bytesLeft -= chunk;
    onChunk(chunk, bytesLeft === 0);
  };
  const arrives = (chunk: number) => {
    arrived.push(chunk);
    if (arrived.length === 1) carry(chunk);
  };
  return {
    isCancelled,
    isHeldUp: () => bytesUnderWay > enoughBytes,
    onChunk: (chunk) => {
      if (chunk === 0) return;
      bytesUnderWay += chunk;
      queue.after(linkSeconds, () => arrives(chunk));
    },
  };
}
