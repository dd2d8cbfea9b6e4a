/**
 * How much of its uplink a viewer gives. Served two at a time, each receiver soon holds the segment and serves
 * others in turn; served all at once, everybody waits as long as the last. Those who are turned away ask
 * another holder, or ask again when they hear that there is room.
 */

import type { StreamKind } from "./peer-id.ts";

export interface UploadLoad {
  /** Uploads under way. */
  active: number;
  /** What they have still to send. */
  backlogBytes: number;
  /** Null until a large enough upload was timed. */
  uplinkBitsPerSecond: number | null;
  /** This viewer's own picture. */
  bufferSeconds: number;
  segmentSeconds: number;
}

const AT_ONCE = 2;

/** On a fast uplink more at once do no harm, as long as a newcomer needn't wait longer than this. */
const SHORT_BACKLOG_SECONDS = 0.2;

/** Whether one more upload may begin. A viewer whose own buffer runs low yields, whatever the cause. */
export function mayServeOneMore(load: UploadLoad): boolean {
  const { active, backlogBytes, uplinkBitsPerSecond, bufferSeconds, segmentSeconds } = load;
  if (bufferSeconds < segmentSeconds / 2) return false;
  if (bufferSeconds < segmentSeconds) return active === 0;
  if (active < AT_ONCE) return true;
  return uplinkBitsPerSecond !== null && (backlogBytes * 8) / uplinkBitsPerSecond < SHORT_BACKLOG_SECONDS;
}

interface Upload {
  kind: StreamKind;
  bytes: number;
  sent: number;
  /** Unknown until its first chunk goes out. */
  peerId: string | null;
  /** Seconds on the clock of `performance.now()`, as all times here. */
  firstChunkAt: number;
  lastChunkAt: number;
}

/** A receiver that changed its mind says nothing; an upload that stands still this long is over. */
const FORGOTTEN_SECONDS = 2;

/** What goes into the sockets' buffers at once says nothing about the line. */
const BUFFERED_BYTES = 192 * 1024;

/** Keeps count of what is being sent to whom, and measures the uplink by it. */
export class UploadDesk {
  readonly #uploads = new Set<Upload>();
  #uplinkBitsPerSecond: number | null = null;

  get uplinkBitsPerSecond(): number | null {
    return this.#uplinkBitsPerSecond;
  }

  load(at: number): Pick<UploadLoad, "active" | "backlogBytes" | "uplinkBitsPerSecond"> {
    for (const upload of this.#uploads) {
      if (at - upload.lastChunkAt > FORGOTTEN_SECONDS) this.#uploads.delete(upload);
    }
    const backlogBytes = [...this.#uploads].reduce((sum, { bytes, sent }) => sum + bytes - sent, 0);
    return { active: this.#uploads.size, backlogBytes, uplinkBitsPerSecond: this.#uplinkBitsPerSecond };
  }

  begin(kind: StreamKind, bytes: number, at: number): void {
    this.#uploads.add({ kind, bytes, sent: 0, peerId: null, firstChunkAt: at, lastChunkAt: at });
  }

  /** A chunk went out; tells whether an upload ended with it. */
  sent(kind: StreamKind, peerId: string, bytes: number, at: number): boolean {
    const upload =
      [...this.#uploads].find((one) => one.peerId === peerId) ??
      [...this.#uploads].find((one) => one.peerId === null && one.kind === kind);
    if (!upload) return false;
    if (upload.peerId === null) upload.firstChunkAt = at;
    upload.peerId = peerId;
    upload.sent += bytes;
    upload.lastChunkAt = at;
    if (upload.sent < upload.bytes) return false;
    this.#measure(upload, at);
    return this.#uploads.delete(upload);
  }

  /** The uplink carried this and, in the same time, what the others sent: a floor of what it bears. */
  #measure({ bytes, firstChunkAt }: Upload, at: number): void {
    if (bytes <= BUFFERED_BYTES || at <= firstChunkAt) return;
    const sample = ((bytes - BUFFERED_BYTES) * 8 * this.#uploads.size) / (at - firstChunkAt);
    const before = this.#uplinkBitsPerSecond ?? sample;
    this.#uplinkBitsPerSecond = before + 0.3 * (sample - before);
  }
}
