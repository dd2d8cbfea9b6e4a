/**
 * A model of a viewer's uplink and of what the shipped upload budget makes of it: uploads get a constant share of the
 * line, and what they may have is known once a first one has ended.
 */

import type { EventQueue } from "../event-queue.ts";
import { type Flow, Link } from "./link.ts";

/** Chunks in which a segment is sent; the core's are 64 KB at the most. */
export const CHUNKS = 12;

export interface UplinkLoad {
  /** Uploads under way. */
  active: number;
  /** What they have still to send. */
  backlogBytes: number;
  /** What uploads may have; null until it is known. */
  spareBitsPerSecond: number | null;
}

export class Uplink {
  readonly #spareBitsPerSecond: number;
  readonly #link: Link;
  /** Told when an upload ended, with what uploads may have. */
  readonly #onRoom: (spareBitsPerSecond: number) => void;
  #isMeasured = false;

  constructor(queue: EventQueue, spareBitsPerSecond: number, onRoom: (spareBitsPerSecond: number) => void) {
    this.#spareBitsPerSecond = spareBitsPerSecond;
    this.#link = new Link(queue, spareBitsPerSecond);
    this.#onRoom = onRoom;
  }

  load(): UplinkLoad {
    return { ...this.#link.load(), spareBitsPerSecond: this.#isMeasured ? this.#spareBitsPerSecond : null };
  }

  /** Whoever was held up may go on. */
  resume(): void {
    this.#link.resume();
  }

  send(upload: Flow, bytes: number): void {
    const onChunk = (chunkBytes: number, isLast: boolean) => {
      upload.onChunk(chunkBytes, isLast);
      if (!isLast) return;
      this.#isMeasured = true;
      this.#onRoom(this.#spareBitsPerSecond);
    };
    this.#link.carry({ ...upload, onChunk }, bytes, CHUNKS);
  }
}
