/**
 * Sends segments to peers message by message, each when the pace allows it, with all uploads under way taking their
 * share in rotation. The core hands each upload over (build/patched-core.ts) and stops it when the peer cancels.
 */

import type { PatchedOptions, PeerConnection } from "./patched-core.ts";

/** When the next message may leave, and how large it may be. Times are seconds on one clock. */
export interface Pace {
  secondsUntilRoom(now: number): number;
  messageBytes(now: number): number;
  sent(bytes: number, now: number): void;
}

/** When the next message may leave to one peer, whose line may be slower. */
export interface PathLimit {
  secondsUntilRoom(now: number): number;
  sent(bytes: number, now: number): void;
}

interface Upload {
  connection: PeerConnection;
  data: Uint8Array<ArrayBuffer>;
  sentBytes: number;
  /** Whether the stream in front of the data channel takes another message. */
  isDrained: boolean;
  onSent: (bytes: number) => void;
  /** Without an error, all is sent. */
  end: (error?: Error) => void;
}

/** The largest message that all browsers take; the core's own limit too. */
const LARGEST_MESSAGE = 64 * 1024 - 1;

/** Messages that wait in a data channel at most: one on its way out and one behind it. */
const MESSAGES_IN_CHANNEL = 2;

/** A data channel that is full is looked at again after this. */
const CHANNEL_FULL_SECONDS = 0.005;

/** Uploads that the pace hasn't held up for so long are slowed down by their receivers' lines. */
const UNPACED_SECONDS = 0.5;

/** The pace is asked again at least this often. */
const LONGEST_WAIT_SECONDS = 1;

const now = () => performance.now() / 1000;

export class PacedUploads {
  readonly #pace: Pace;
  readonly #limitOf: (connection: PeerConnection) => PathLimit | undefined;
  readonly #onRoom: () => void;
  /** Uploads that begin in a moment. */
  readonly #expected = new Set<{ bytes: number }>();
  /** The next one to send comes first. */
  #uploads: Upload[] = [];
  /** When the pace last held an upload up, or one began. */
  #pacedAt = Number.NEGATIVE_INFINITY;
  #leftRoom = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onRoom` is called when an upload has ended, and when those under way turn out to leave room. */
  constructor(
    pace: Pace,
    limitOf: (connection: PeerConnection) => PathLimit | undefined,
    onRoom: () => void,
  ) {
    this.#pace = pace;
    this.#limitOf = limitOf;
    this.#onRoom = onRoom;
  }

  /** Uploads under way. */
  get count(): number {
    return this.#uploads.length + this.#expected.size;
  }

  /** Whether the lines of those who are sent to are what limits the uploads under way, and not this viewer's. */
  get leavesRoom(): boolean {
    return this.#expected.size === 0 && now() - this.#pacedAt > UNPACED_SECONDS;
  }

  /** What they have still to send. */
  get backlogBytes(): number {
    const expected = [...this.#expected].reduce((sum, { bytes }) => sum + bytes, 0);
    return this.#uploads.reduce((sum, { data, sentBytes }) => sum + data.byteLength - sentBytes, expected);
  }

  isSendingTo(connection: PeerConnection): boolean {
    return this.#uploads.some((upload) => upload.connection === connection);
  }

  /** Counts an upload that begins within this task. If it doesn't, since its peer has gone, it counts no longer. */
  expect(bytes: number): void {
    const expected = { bytes };
    this.#expected.add(expected);
    setTimeout(() => {
      if (this.#expected.delete(expected)) this.#onRoom();
    });
  }

  readonly send: PatchedOptions["sendSegment"] = (data, connection, stopping, onSent) =>
    new Promise((resolve, reject) => {
      const [expected] = this.#expected;
      if (expected) this.#expected.delete(expected);
      const stop = () => upload.end(new Error("The upload was stopped"));
      const drained = () => {
        upload.isDrained = true;
        this.#pump();
      };
      const upload: Upload = {
        connection,
        data: new Uint8Array(data),
        sentBytes: 0,
        isDrained: true,
        onSent,
        end: (error) => {
          this.#uploads = this.#uploads.filter((one) => one !== upload);
          connection.off("drain", drained);
          stopping.removeEventListener("abort", stop);
          if (this.#uploads.length === 0) clearTimeout(this.#timer);
          if (error) reject(error);
          else resolve();
          this.#onRoom();
        },
      };
      if (stopping.aborted || connection.destroying) {
        stop();
        return;
      }
      stopping.addEventListener("abort", stop);
      connection.on("drain", drained);
      this.#pacedAt = now();
      this.#uploads.push(upload);
      this.#pump();
    });

  /** A connection closed, and with it its uploads end. */
  closed(connection: PeerConnection): void {
    for (const upload of this.#uploads) {
      if (upload.connection === connection) upload.end(new Error("The connection closed"));
    }
  }

  /** Call this when the pace may have changed. */
  resume(): void {
    if (this.#uploads.length > 0) this.#pump();
  }

  /** Ends all uploads. Their peers hear nothing more of them. */
  breakOff(): void {
    for (const upload of this.#uploads) upload.end(new Error("The upload was broken off"));
  }

  #pump(): void {
    clearTimeout(this.#timer);
    if (this.leavesRoom !== this.#leftRoom) {
      this.#leftRoom = !this.#leftRoom;
      if (this.#leftRoom) this.#onRoom();
    }
    while (this.#uploads.length > 0) {
      const at = now();
      const wait = this.#pace.secondsUntilRoom(at);
      if (wait > 0) {
        this.#pacedAt = at;
        this.#pumpIn(Math.min(wait, LONGEST_WAIT_SECONDS));
        return;
      }
      const bytes = Math.min(Math.max(1, Math.floor(this.#pace.messageBytes(at))), LARGEST_MESSAGE);
      const waits = this.#uploads.map((one) => this.#secondsUntilRoomFor(one, bytes, at));
      const upload = this.#uploads.find((_, index) => waits[index] === 0);
      if (!upload) {
        this.#pumpIn(Math.min(...waits, LONGEST_WAIT_SECONDS));
        return;
      }
      this.#sendNext(upload, bytes, at);
    }
  }

  #secondsUntilRoomFor(upload: Upload, bytes: number, at: number): number {
    const { connection, isDrained } = upload;
    const isFull = !isDrained || connection.bufferSize + bytes > MESSAGES_IN_CHANNEL * bytes;
    return Math.max(isFull ? CHANNEL_FULL_SECONDS : 0, this.#limitOf(connection)?.secondsUntilRoom(at) ?? 0);
  }

  #pumpIn(seconds: number): void {
    this.#timer = setTimeout(() => this.#pump(), seconds * 1000);
  }

  #sendNext(upload: Upload, bytes: number, at: number): void {
    const { connection, data, sentBytes, onSent } = upload;
    const message = data.subarray(sentBytes, sentBytes + bytes);
    upload.isDrained = connection.write(message);
    upload.sentBytes += message.byteLength;
    this.#pace.sent(message.byteLength, at);
    this.#limitOf(connection)?.sent(message.byteLength, at);
    this.#uploads = [...this.#uploads.filter((one) => one !== upload), upload];
    onSent(message.byteLength);
    if (upload.sentBytes === data.byteLength) upload.end();
  }
}
