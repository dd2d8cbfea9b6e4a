/**
 * One RTMP connection: the handshake, the commands with which OBS and FFmpeg ask to publish, and their media.
 *
 * Why not a library: node-media-server 4 accepts a publish before the application can check it, ends the whole process
 * when its port is taken, and brings Express, JWT and a web console (13,000 lines).
 */

import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { type AmfObject, type AmfValue, decodeAmf, encodeAmf } from "./amf.ts";
import {
  ACKNOWLEDGEMENT,
  AMF0_COMMAND,
  AMF3_COMMAND,
  AUDIO,
  ChunkReader,
  type Message,
  SET_PEER_BANDWIDTH,
  USER_CONTROL,
  VIDEO,
  WINDOW_ACKNOWLEDGEMENT_SIZE,
  writeMessage,
} from "./chunks.ts";

export interface ConnectionEvents {
  /** Answer with `accept` or `refuse`. */
  publish: [{ readonly app: string; readonly key: string }];
  media: [{ readonly kind: "video" | "audio"; readonly timestamp: number; readonly body: Buffer }];
  /** The connection has ended, properly or not. */
  end: [reason: string];
}

/** At these codes OBS gives up and shows the description (librtmp's HandleInvoke); at others it waits for ever. */
export type RefusalCode = "NetStream.Publish.Denied" | "NetStream.Publish.Rejected";

const HANDSHAKE_VERSION = 3;
const HANDSHAKE_SIZE = 1536;
const CONTROL_CHUNKS = 2;
const COMMAND_CHUNKS = 3;
const MEDIA_STREAM = 1;
const WINDOW_BYTES = 2_500_000;
/** Commands are short; only an accepted publisher may send video frames. */
const MAX_COMMAND_BYTES = 64 * 1024;
const MAX_MEDIA_BYTES = 8 * 1024 * 1024;

const LINGER_MILLISECONDS = 1000;

const STREAM_BEGIN = 0;
const PING_REQUEST = 6;
const PING_RESPONSE = 7;

export class Connection extends EventEmitter<ConnectionEvents> {
  /** Where the publisher connects from, as `address:port`. */
  readonly address: string;
  readonly #socket: Socket;
  readonly #reader = new ChunkReader(MAX_COMMAND_BYTES);
  #handshake: Buffer | null = Buffer.alloc(0);
  #hasAnsweredHandshake = false;
  #app = "";
  #bytesReceived = 0;
  #bytesAcknowledged = 0;
  #ackWindow = WINDOW_BYTES;
  #isOver = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    this.address = `${socket.remoteAddress?.replace(/^::ffff:/, "") ?? "unknown"}:${socket.remotePort ?? 0}`;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.#take(bytes));
    socket.on("error", (error) => this.#end(`the connection broke: ${error.message}`));
    socket.on("close", () => this.#end("the connection was closed without a goodbye"));
  }

  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** Accepts the publisher. */
  accept(): void {
    this.#reader.maxMessageBytes = MAX_MEDIA_BYTES;
    const begin = Buffer.alloc(6);
    begin.writeUInt16BE(STREAM_BEGIN);
    begin.writeUInt32BE(MEDIA_STREAM, 2);
    this.#control(USER_CONTROL, begin);
    this.#status("status", "NetStream.Publish.Start", "On the air");
  }

  /** Tells the publisher why it is refused, and hangs up. */
  refuse(code: RefusalCode, description: string): void {
    this.#status("error", code, description);
    this.#end(description);
  }

  /** Closes the connection without a message. */
  hangUp(reason: string): void {
    this.#end(reason);
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    if (this.#isOver) return;
    this.#bytesReceived += bytes.length;
    try {
      const rest = this.#handshake ? this.#shakeHands(bytes) : bytes;
      for (const message of this.#reader.read(rest)) {
        if (this.#isOver) return;
        this.#receive(message);
      }
      this.#acknowledge();
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  /** The plain handshake (section 5.2), which every publisher accepts. Returns the bytes that follow it. */
  #shakeHands(bytes: Buffer): Buffer {
    const received = Buffer.concat([this.#handshake ?? Buffer.alloc(0), bytes]);
    this.#handshake = received;
    if (received.length > 0 && received[0] !== HANDSHAKE_VERSION) {
      throw new Error("what came is not RTMP");
    }
    if (received.length < 1 + HANDSHAKE_SIZE) return Buffer.alloc(0);
    if (!this.#hasAnsweredHandshake) {
      this.#hasAnsweredHandshake = true;
      const ours = Buffer.concat([Buffer.alloc(8), randomBytes(HANDSHAKE_SIZE - 8)]);
      const echo = received.subarray(1, 1 + HANDSHAKE_SIZE);
      this.#socket.write(Buffer.concat([Buffer.of(HANDSHAKE_VERSION), ours, echo]));
    }
    if (received.length < 1 + 2 * HANDSHAKE_SIZE) return Buffer.alloc(0);
    this.#handshake = null;
    return received.subarray(1 + 2 * HANDSHAKE_SIZE);
  }

  #receive({ type, timestamp, payload }: Message): void {
    if (type === VIDEO) this.emit("media", { kind: "video", timestamp, body: payload });
    else if (type === AUDIO) this.emit("media", { kind: "audio", timestamp, body: payload });
    else if (type === AMF0_COMMAND) this.#command(decodeAmf(payload));
    else if (type === AMF3_COMMAND) this.#command(decodeAmf(payload.subarray(1)));
    else if (type === WINDOW_ACKNOWLEDGEMENT_SIZE && payload.length >= 4) {
      this.#ackWindow = Math.max(1, payload.readUInt32BE());
    } else if (type === USER_CONTROL && payload.length >= 6 && payload.readUInt16BE() === PING_REQUEST) {
      const pong = Buffer.from(payload.subarray(0, 6));
      pong.writeUInt16BE(PING_RESPONSE);
      this.#control(USER_CONTROL, pong);
    }
  }

  #command([name, transaction, ...rest]: AmfValue[]): void {
    const id = typeof transaction === "number" ? transaction : 0;
    switch (name) {
      case "connect":
        this.#connect(id, rest[0]);
        break;
      case "releaseStream":
      case "FCPublish":
        this.#reply("_result", id, null, undefined);
        break;
      case "createStream":
        this.#reply("_result", id, null, MEDIA_STREAM);
        break;
      case "publish":
        this.emit("publish", { app: this.#app, key: withoutQuery(rest[1]) });
        break;
      case "play":
        this.#end("it asked to play; viewers play over HTTP");
        break;
      case "FCUnpublish":
      case "closeStream":
      case "deleteStream":
        this.#end("the publisher stopped");
        break;
      default: // Other commands, such as _checkbw, need no answer.
    }
  }

  #connect(id: number, argument: AmfValue): void {
    const { app, objectEncoding } = (argument ?? {}) as AmfObject;
    this.#app = withoutQuery(app).replace(/\/+$/, "");
    const window = Buffer.alloc(4);
    window.writeUInt32BE(WINDOW_BYTES);
    this.#control(WINDOW_ACKNOWLEDGEMENT_SIZE, window);
    this.#control(SET_PEER_BANDWIDTH, Buffer.concat([window, Buffer.of(2)])); // 2: dynamic, the peer may choose
    this.#reply(
      "_result",
      id,
      { fmsVer: "FMS/3,0,1,123", capabilities: 31 },
      {
        level: "status",
        code: "NetConnection.Connect.Success",
        description: "Connected",
        objectEncoding: typeof objectEncoding === "number" ? objectEncoding : 0,
      },
    );
  }

  #status(level: "status" | "error", code: string, description: string): void {
    this.#send(COMMAND_CHUNKS, {
      type: AMF0_COMMAND,
      timestamp: 0,
      streamId: MEDIA_STREAM,
      payload: encodeAmf("onStatus", 0, null, { level, code, description }),
    });
  }

  #reply(name: string, id: number, ...values: AmfValue[]): void {
    const payload = encodeAmf(name, id, ...values);
    this.#send(COMMAND_CHUNKS, { type: AMF0_COMMAND, timestamp: 0, streamId: 0, payload });
  }

  #control(type: number, payload: Buffer): void {
    this.#send(CONTROL_CHUNKS, { type, timestamp: 0, streamId: 0, payload });
  }

  #send(chunkStreamId: number, message: Message): void {
    if (this.#socket.writable) this.#socket.write(writeMessage(chunkStreamId, message));
  }

  /** A publisher may wait for this after each window of bytes that it announced (section 5.4.3). */
  #acknowledge(): void {
    if (this.#bytesReceived - this.#bytesAcknowledged < this.#ackWindow) return;
    this.#bytesAcknowledged = this.#bytesReceived;
    const sequence = Buffer.alloc(4);
    sequence.writeUInt32BE(this.#bytesReceived % 2 ** 32);
    this.#control(ACKNOWLEDGEMENT, sequence);
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.emit("end", reason);
    // Input is read and dropped for a moment: closing a socket with unread bytes resets the connection, and the refusal
    // would be lost.
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), LINGER_MILLISECONDS).unref();
  }
}

/** OBS sends a query string behind the key as part of it. */
function withoutQuery(name: AmfValue): string {
  return typeof name === "string" ? (name.split("?")[0] ?? "") : "";
}
