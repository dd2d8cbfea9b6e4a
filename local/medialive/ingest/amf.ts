/** AMF0, the encoding of RTMP's commands (Adobe, Action Message Format 0, 2007). */

export type AmfValue = number | boolean | string | null | undefined | AmfObject | readonly AmfValue[];
export interface AmfObject {
  readonly [key: string]: AmfValue;
}

const NUMBER = 0;
const BOOLEAN = 1;
const STRING = 2;
const OBJECT = 3;
const NULL = 5;
const UNDEFINED = 6;
const ECMA_ARRAY = 8;
const OBJECT_END = 9;
const STRICT_ARRAY = 10;
const DATE = 11;
const LONG_STRING = 12;

/** Deeper than any command nests; a hostile message must not exhaust the stack. */
const MAX_DEPTH = 16;

/**
 * Reads all values of a message.
 *
 * @throws Error when the bytes end too early or hold a type that commands don't use.
 */
export function decodeAmf(bytes: Buffer): AmfValue[] {
  const reader = new Reader(bytes);
  const values: AmfValue[] = [];
  while (!reader.isAtEnd) values.push(reader.value(0));
  return values;
}

export function encodeAmf(...values: readonly AmfValue[]): Buffer {
  return Buffer.concat(values.map(encodeValue));
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(depth: number): AmfValue {
    if (depth > MAX_DEPTH) throw new Error(`An AMF value nests deeper than ${MAX_DEPTH} levels`);
    const type = this.#take(1).readUInt8();
    switch (type) {
      case NUMBER:
        return this.#take(8).readDoubleBE();
      case BOOLEAN:
        return this.#take(1).readUInt8() !== 0;
      case STRING:
        return this.#text(this.#take(2).readUInt16BE());
      case LONG_STRING:
        return this.#text(this.#take(4).readUInt32BE());
      case OBJECT:
        return this.#object(depth);
      case ECMA_ARRAY:
        this.#take(4); // only an estimate of the count
        return this.#object(depth);
      case STRICT_ARRAY:
        return this.#list(this.#take(4).readUInt32BE(), depth);
      case DATE: {
        const milliseconds = this.#take(8).readDoubleBE();
        this.#take(2); // a time zone that nobody fills in
        return milliseconds;
      }
      case NULL:
        return null;
      case UNDEFINED:
        return undefined;
      default:
        throw new Error(`AMF type ${type} is not used in RTMP commands`);
    }
  }

  #object(depth: number): AmfObject {
    const entries: [string, AmfValue][] = [];
    for (;;) {
      const key = this.#text(this.#take(2).readUInt16BE());
      if (key === "" && this.#bytes[this.#at] === OBJECT_END) {
        this.#at += 1;
        return Object.fromEntries(entries);
      }
      entries.push([key, this.value(depth + 1)]);
    }
  }

  #list(count: number, depth: number): AmfValue[] {
    const values: AmfValue[] = [];
    for (let index = 0; index < count; index++) values.push(this.value(depth + 1));
    return values;
  }

  #text(length: number): string {
    return this.#take(length).toString("utf8");
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error("An AMF value ends before its message does");
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}

function encodeValue(value: AmfValue): Buffer {
  if (value === null) return Buffer.of(NULL);
  if (value === undefined) return Buffer.of(UNDEFINED);
  if (typeof value === "boolean") return Buffer.of(BOOLEAN, value ? 1 : 0);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === "string") return Buffer.concat([Buffer.of(STRING), encodeKey(value)]);
  if (Array.isArray(value)) {
    const head = Buffer.alloc(5, STRICT_ARRAY);
    head.writeUInt32BE(value.length, 1);
    return Buffer.concat([head, ...value.map(encodeValue)]);
  }
  const entries = Object.entries(value as AmfObject);
  return Buffer.concat([
    Buffer.of(OBJECT),
    ...entries.flatMap(([key, item]) => [encodeKey(key), encodeValue(item)]),
    Buffer.of(0, 0, OBJECT_END),
  ]);
}

function encodeKey(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
