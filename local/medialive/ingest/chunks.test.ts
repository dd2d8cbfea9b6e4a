import fc from "fast-check";
import { expect, test } from "vitest";
import { AUDIO, ChunkReader, type Message, SET_CHUNK_SIZE, VIDEO, writeMessage } from "./chunks.ts";

const message = (changes: Partial<Message> = {}): Message => ({
  type: VIDEO,
  timestamp: 40,
  streamId: 1,
  payload: Buffer.from("frame"),
  ...changes,
});
const readAll = (bytes: Buffer, reader = new ChunkReader(1_000_000)) => [...reader.read(bytes)];
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

test("a message is read as it was written, whatever its length and however its bytes arrive", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 1000 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
      (payload, pieceLengths) => {
        const written = writeMessage(4, message({ payload: Buffer.from(payload) }));
        const reader = new ChunkReader(1_000_000);
        const messages: Message[] = [];
        for (let at = 0, piece = 0; at < written.length; piece++) {
          const length = pieceLengths[piece % pieceLengths.length] ?? 1;
          messages.push(...reader.read(written.subarray(at, at + length)));
          at += length;
        }
        expect(messages).toEqual([message({ payload: Buffer.from(payload) })]);
      },
    ),
  );
});

test("chunks of two messages may be mixed", () => {
  const video = writeMessage(4, message({ payload: Buffer.alloc(200, 1) }));
  const audio = writeMessage(5, message({ type: AUDIO, payload: Buffer.alloc(10, 2) }));
  const mixed = Buffer.concat([video.subarray(0, 140), audio, video.subarray(140)]);
  expect(readAll(mixed).map(({ type, payload }) => [type, payload.length])).toEqual([
    [AUDIO, 10],
    [VIDEO, 200],
  ]);
});

test("shorter headers repeat what the last one of their chunk stream said, and count time on", () => {
  const messages = readAll(
    hex(
      "04 000064 000001 09 01000000 aa" + // a full header: at 100 ms, one byte of video on stream 1
        "44 00000a 000001 09 bb" + // 10 ms later
        "84 000014 cc" + // 20 ms later, the same length and type
        "c4 dd", // as much later again, everything the same
    ),
  );
  expect(messages.map(({ timestamp, payload }) => [timestamp, payload.toString("hex")])).toEqual([
    [100, "aa"],
    [110, "bb"],
    [130, "cc"],
    [150, "dd"],
  ]);
});

test("a time beyond three bytes is read from the four that follow, in every chunk of its message", () => {
  const bytes = Buffer.concat([
    hex("04 ffffff 000090 09 01000000 01000000"),
    Buffer.alloc(128, 1),
    hex("c4 01000000"),
    Buffer.alloc(16, 1),
  ]);
  expect(readAll(bytes)).toEqual([message({ timestamp: 0x1000000, payload: Buffer.alloc(144, 1) })]);
});

test("chunk stream numbers of two and three bytes are told apart", () => {
  const bytes = hex("00 0a 000000 000001 09 01000000 aa" + "01 0a01 000000 000001 08 01000000 bb");
  expect(readAll(bytes).map(({ type }) => type)).toEqual([VIDEO, AUDIO]);
});

test("a new chunk size holds from the next chunk on", () => {
  const size = writeMessage(2, message({ type: SET_CHUNK_SIZE, payload: hex("00001000") }));
  const large = Buffer.concat([hex("04 000028 0003e8 09 01000000"), Buffer.alloc(1000, 7)]);
  expect(readAll(Buffer.concat([size, large]))).toEqual([message({ payload: Buffer.alloc(1000, 7) })]);
});

test("a message longer than is taken is refused at its first chunk", () => {
  const reader = new ChunkReader(100);
  expect(() => readAll(writeMessage(4, message({ payload: Buffer.alloc(101) })), reader)).toThrow(
    "An RTMP message of 101 bytes is longer than is taken here",
  );
});

test("a stranger can't make the reader keep thousands of chunk streams", () => {
  const reader = new ChunkReader(1000);
  const openEndlessly = () => {
    for (let id = 0; id < 1000; id++) {
      const header = Buffer.concat([Buffer.of(1, id % 256, id >> 8), hex("000000 000100 09 01000000")]);
      readAll(Buffer.concat([header, Buffer.alloc(128)]), reader);
    }
  };
  expect(openEndlessly).toThrow("Too many RTMP chunk streams");
});

test("a chunk stream that begins with a shortened header is refused", () => {
  expect(() => readAll(hex("44 00000a 000001 09 bb"))).toThrow("has no full header");
});

test("headers may be cut anywhere: between the bytes of a chunk stream's number, or of a long time", () => {
  const whole = hex("01 0a01 ffffff 000001 09 01000000 01000000 aa");
  for (let cut = 1; cut < whole.length; cut++) {
    const reader = new ChunkReader(1000);
    expect([...reader.read(whole.subarray(0, cut))]).toEqual([]);
    expect([...reader.read(whole.subarray(cut))]).toMatchObject([{ timestamp: 0x1000000 }]);
  }
});

test("a message that its sender aborts is forgotten, and the next on its chunk stream is read whole", () => {
  const cut = writeMessage(4, message({ payload: Buffer.alloc(200, 1) })).subarray(0, 140);
  const abort = writeMessage(2, message({ type: 2, payload: hex("00000004") }));
  const next = writeMessage(4, message({ payload: Buffer.alloc(10, 2) }));
  expect(readAll(Buffer.concat([cut, abort, next]))).toEqual([message({ payload: Buffer.alloc(10, 2) })]);
});

test("an abort for a chunk stream that carries nothing changes nothing", () => {
  const abort = writeMessage(2, message({ type: 2, payload: hex("00000009") }));
  expect(readAll(Buffer.concat([abort, writeMessage(4, message())]))).toEqual([message()]);
});

test("an abort that names no chunk stream is passed on, for nobody to heed", () => {
  expect(readAll(writeMessage(2, message({ type: 2, payload: hex("00") })))).toHaveLength(1);
});

test("a header without a stream number may still change length and type", () => {
  const messages = readAll(hex("04 000064 000001 09 01000000 aa" + "44 00000a 000002 08 bbbb"));
  expect(messages).toMatchObject([
    { type: VIDEO, payload: hex("aa") },
    { type: AUDIO, payload: hex("bbbb"), streamId: 1 },
  ]);
});

test("a chunk stream may be named by two bytes and then by three", () => {
  const messages = readAll(hex("00 0a 000064 000001 09 01000000 aa" + "c1 0a00 bb"));
  expect(messages.map(({ payload }) => payload.toString("hex"))).toEqual(["aa", "bb"]);
});

test("a message that fills its chunk has no second", () => {
  const written = writeMessage(4, message({ payload: Buffer.alloc(128) }));
  expect(written).toHaveLength(12 + 128);
});
