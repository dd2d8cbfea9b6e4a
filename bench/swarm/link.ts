/** A model of one direction of a home's line: flows take turns chunk by chunk, so that each gets an equal share. */

import type { EventQueue } from "../event-queue.ts";

export interface Flow {
  /** What is left of a cancelled flow isn't carried. */
  readonly isCancelled: () => boolean;
  readonly onChunk: (bytes: number, isLast: boolean) => void;
}

interface Queued {
  readonly flow: Flow;
  readonly chunkBytes: number;
  bytesLeft: number;
}

export class Link {
  readonly #queue: EventQueue;
  readonly #bitsPerSecond: number;
  readonly #flows: Queued[] = [];
  #sent: Queued | null = null;

  constructor(queue: EventQueue, bitsPerSecond: number) {
    this.#queue = queue;
    this.#bitsPerSecond = bitsPerSecond;
  }

  /** Carries so many bytes, in chunks of equal size. */
  carry(flow: Flow, bytes: number, chunks: number): void {
    this.#flows.push({ flow, bytesLeft: bytes, chunkBytes: Math.ceil(bytes / chunks) });
    if (!this.#sent) this.#carryNext();
  }

  /** Flows under way, and what is left of them. */
  load(): { active: number; backlogBytes: number } {
    const flows = [...(this.#sent ? [this.#sent] : []), ...this.#flows].filter(
      ({ flow }) => !flow.isCancelled(),
    );
    return { active: flows.length, backlogBytes: flows.reduce((sum, { bytesLeft }) => sum + bytesLeft, 0) };
  }

  #carryNext(): void {
    let next = this.#flows.shift();
    while (next?.flow.isCancelled()) next = this.#flows.shift();
    this.#sent = next ?? null;
    if (!next) return;
    const sent = next;
    const bytes = Math.min(sent.chunkBytes, sent.bytesLeft);
    this.#queue.after((bytes * 8) / this.#bitsPerSecond, () => {
      sent.bytesLeft -= bytes;
      if (sent.bytesLeft > 0) this.#flows.push(sent);
      this.#carryNext();
      sent.flow.onChunk(bytes, sent.bytesLeft === 0);
    });
  }
}
