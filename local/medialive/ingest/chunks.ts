/**
 * RTMP's chunk stream (Adobe's RTMP specification 1.0, section 5.3): messages are cut into chunks, so that a large
 * video frame doesn't delay audio and commands.
 */

/** The message types that a publisher and its server exchange (sections 5.4, 6.2 and 7.1). */
export const SET_CHUNK_SIZE = 1;
const ABORT = 2;
export const ACKNOWLEDGEMENT = 3;
export const USER_CONTROL = 4;
export const WINDOW_ACKNOWLEDGEMENT_SIZE = 5;
export const SET_PEER_BANDWIDTH = 6;
export const AUDIO = 8;
export const VIDEO = 9;
export const AMF3_COMMAND = 17;
export const AMF0_COMMAND = 20;

export interface Message {
  readonly type: number;
  /** Milliseconds; wraps at 2^32. */
  readonly timestamp: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

const DEFAULT_CHUNK_SIZE = 128;
/** A timestamp that doesn't fit in three bytes is announced by this value and follows in four. */
const EXTENDED = 0xffffff;
const MESSAGE_HEADER_SIZES = [11, 7, 3, 0] as const;
/** Publishers use a handful of chunk streams; a hostile client must not make us keep thousands. */
const MAX_CHUNK_STREAMS = 64;

/** A chunk stream's last header: later headers leave out what hasn't changed. */
interface ChunkStream {
  timestamp: number;
  /** The three-byte field: an instant in a full header, a difference in the others. */
  timeField: number;
  isExtended: boolean;
  length: number;
  type: number;
  streamId: number;
  received: Buffer[];
  receivedBytes: number;
}

const UNUSED: ChunkStream = {
  timestamp: 0,
  timeField: 0,
  isExtended: false,
  length: 0,
  type: 0,
  streamId: 0,
  received: [],
  receivedBytes: 0,
};

export class ChunkReader {
  /** The longest message that is accepted. */
  maxMessageBytes: number;
  #pending: Buffer = Buffer.alloc(0);
  #chunkSize = DEFAULT_CHUNK_SIZE;
  readonly #streams = new Map<number, ChunkStream>();

  constructor(maxMessageBytes: number) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Takes bytes as they come; returns the messages that they complete. Follows changes of the chunk size.
   *
   * @throws Error when the bytes can't be RTMP, or a message is longer than is accepted.
   */
  *read(bytes: Buffer): Generator<Message> {
    this.#pending = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes;
    for (;;) {
      const before = this.#pending;
      const message = this.#readChunk();
      if (message) yield message;
      if (this.#pending === before) return;
    }
  }

  /** Consumes one chunk, if it is there in full. */
  #readChunk(): Message | null {
    const bytes = this.#pending;
    const basic = readBasicHeader(bytes);
    if (!basic) return null;
    const known = this.#streams.get(basic.id);
    if (!known && basic.format !== 0) {
      throw new Error("The first chunk of an RTMP chunk stream has no full header");
    }
    const before = known ?? UNUSED;
    const headerSize = MESSAGE_HEADER_SIZES[basic.format];
    const headerEnd = basic.size + headerSize;
    if (bytes.length < headerEnd) return null;
    const header = readMessageHeader(bytes.subarray(basic.size, headerEnd), before);
    const timeEnd = headerEnd + (header.isExtended ? 4 : 0);
    if (bytes.length < timeEnd) return null;
    if (header.length > this.maxMessageBytes) {
      throw new Error(`An RTMP message of ${header.length} bytes is longer than is taken here`);
    }

    const isContinued = before.receivedBytes > 0;
    const size = Math.min(this.#chunkSize, header.length - before.receivedBytes);
    if (bytes.length < timeEnd + size) return null;

    const time = header.isExtended ? bytes.readUInt32BE(headerEnd) : header.timeField;
    const stream: ChunkStream = {
      ...header,
      timestamp: isContinued ? before.timestamp : nextTimestamp(basic.format, time, before),
      received: isContinued ? before.received : [],
      receivedBytes: before.receivedBytes + size,
    };
    stream.received.push(bytes.subarray(timeEnd, timeEnd + size));
    this.#pending = bytes.subarray(timeEnd + size);
    this.#streams.set(basic.id, stream);
    if (this.#streams.size > MAX_CHUNK_STREAMS) throw new Error("Too many RTMP chunk streams");
    return stream.receivedBytes < stream.length ? null : this.#complete(stream);
  }

  #complete(stream: ChunkStream): Message | null {
    const { type, timestamp, streamId } = stream;
    const payload = Buffer.concat(stream.received);
    stream.received = [];
    stream.receivedBytes = 0;
    if (type === SET_CHUNK_SIZE && payload.length >= 4) {
      // The top bit is always zero, and no chunk is longer than the longest message.
      this.#chunkSize = Math.max(1, payload.readUInt32BE() & 0x7fffffff);
      return null;
    }
    if (type === ABORT && payload.length >= 4) {
      const aborted = this.#streams.get(payload.readUInt32BE());
      if (aborted) Object.assign(aborted, { received: [], receivedBytes: 0 });
      return null;
    }
    return { type, timestamp, streamId, payload };
  }
}

/** Cuts a message into chunks of the default size, which needn't be announced. */
export function writeMessage(chunkStreamId: number, message: Message): Buffer {
  const { type, timestamp, streamId, payload } = message;
  const header = Buffer.alloc(12);
  header.writeUInt8(chunkStreamId, 0);
  header.writeUIntBE(Math.min(timestamp, EXTENDED - 1), 1, 3);
  header.writeUIntBE(payload.length, 4, 3);
  header.writeUInt8(type, 7);
  header.writeUInt32LE(streamId, 8);
  const pieces = [header, payload.subarray(0, DEFAULT_CHUNK_SIZE)];
  for (let at = DEFAULT_CHUNK_SIZE; at < payload.length; at += DEFAULT_CHUNK_SIZE) {
    pieces.push(Buffer.of(0xc0 | chunkStreamId), payload.subarray(at, at + DEFAULT_CHUNK_SIZE));
  }
  return Buffer.concat(pieces);
}

function readBasicHeader(bytes: Buffer): { format: 0 | 1 | 2 | 3; id: number; size: number } | null {
  const first = bytes[0];
  if (first === undefined) return null;
  const format = (first >> 6) as 0 | 1 | 2 | 3;
  const id = first & 0x3f;
  if (id > 1) return { format, id, size: 1 };
  const size = id + 2;
  if (bytes.length < size) return null;
  return { format, id: 64 + (id === 0 ? bytes.readUInt8(1) : bytes.readUInt16LE(1)), size };
}

function readMessageHeader(bytes: Buffer, before: ChunkStream) {
  const timeField = bytes.length >= 3 ? bytes.readUIntBE(0, 3) : before.timeField;
  return {
    timeField,
    isExtended: timeField === EXTENDED,
    length: bytes.length >= 7 ? bytes.readUIntBE(3, 3) : before.length,
    type: bytes.length >= 7 ? bytes.readUInt8(6) : before.type,
    streamId: bytes.length >= 11 ? bytes.readUInt32LE(7) : before.streamId,
  };
}

function nextTimestamp(format: number, time: number, before: ChunkStream): number {
  return format === 0 ? time : (before.timestamp + time) >>> 0;
}
