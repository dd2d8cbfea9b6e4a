/**
 * Measures the frames of a WebSocket as its bytes arrive, because `ws` limits whole messages only.
 *
 * It reads frame headers only (RFC 6455, section 5.2), from the same socket as `ws`.
 */

import type { Readable } from "node:stream";

/** Opcode, flags, length and mask: two bytes, up to eight more of length, and four of mask. */
const LONGEST_HEADER = 14;

/** Calls `onTooLong` once, at the header of the first frame whose payload is longer than `longestBytes`. */
export function watchFrames(stream: Readable, longestBytes: number, onTooLong: () => void): void {
  const meter = new FrameMeter();
  const measure = (chunk: Buffer): void => {
    if (meter.longestIn(chunk) <= longestBytes) return;
    stream.off("data", measure);
    onTooLong();
  };
  // Before `ws`, which would deliver the message of an overlong frame.
  stream.prependListener("data", measure);
}

export class FrameMeter {
  #header = Buffer.alloc(0);
  #payloadLeft = 0;

  /** The longest payload among the frame headers that end in this chunk; 0 when none does. */
  longestIn(chunk: Buffer): number {
    let longest = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= skipped;
        at += skipped;
        continue;
      }
      const started = this.#header.length;
      this.#header = Buffer.concat([this.#header, chunk.subarray(at, at + LONGEST_HEADER - started)]);
      const frame = readHeader(this.#header);
      if (!frame) break;
      at += frame.headerBytes - started;
      this.#header = Buffer.alloc(0);
      this.#payloadLeft = frame.payloadBytes;
      longest = Math.max(longest, frame.payloadBytes);
    }
    return longest;
  }
}

/** Reads a frame's header; undefined while more bytes are needed. */
function readHeader(bytes: Buffer): { headerBytes: number; payloadBytes: number } | undefined {
  const second = bytes[1];
  if (second === undefined) return undefined;
  const maskBytes = second & 0x80 ? 4 : 0;
  const shortLength = second & 0x7f;
  const lengthBytes = shortLength === 127 ? 8 : shortLength === 126 ? 2 : 0;
  const headerBytes = 2 + lengthBytes + maskBytes;
  if (bytes.length < headerBytes) return undefined;
  if (lengthBytes === 0) return { headerBytes, payloadBytes: shortLength };
  return {
    headerBytes,
    payloadBytes: lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)),
  };
}
