/** A model of one direction of a home's line: flows take turns chunk by chunk, so that each gets an equal share. */

import type { EventQueue } from "../event-queue.ts";

export interface Flow {
  /** What is left of a cancelled flow isn't carried. */
  readonly isCancelled: () => boolean;
  /** While true, other flows go first; `resume` is called when it may have ended. */
  readonly isHeldUp?: () => boolean;
  /** The last chunk of a cancelled flow is empty. */
  readonly onChunk: (bytes: number, isLast: boolean) => void;
}

interface Queued {
  readonly flow: Flow;
  readonly chunkBytes: number;
  bytesLeft: number;
}

export class Link {
  readonly bitsPerSecond: number;
  readonly #queue: EventQueue;
  #flows: Queued[] = [];
  #sent: Queued | null = null;

  constructor(queue: EventQueue, bitsPerSecond: number) {
    this.#queue = queue;
    this.bitsPerSecond = bitsPerSecond;
  }

  /** Carries so many bytes, in chunks of equal size. */
  carry(flow: Flow, bytes: number, chunks: number): void {
    this.#flows.push({ flow, bytesLeft: bytes, chunkBytes: Math.ceil(bytes / chunks) });
    this.resume();
  }

  /** Whoever was held up may go on. */
  resume(): void {
    if (!this.#sent) this.#carryNext();
  }

  /** Flows under way, and what is left of them. */
  load(): { active: number; backlogBytes: number } {
    const flows = [...(this.#sent ? [this.#sent] : []), ...this.#flows].filter(
      ({ flow, bytesLeft }) => bytesLeft > 0 && !flow.isCancelled(),
    );
    return { active: flows.length, backlogBytes: flows.reduce((sum, { bytesLeft }) => sum + bytesLeft, 0) };
  }

  /** Carries a chunk of the first flow that may go on; cancelled ones are told that they have ended. */
  #carryNext(): void {
    const ended = this.#flows.filter(({ flow }) => flow.isCancelled());
    this.#flows = this.#flows.filter(({ flow }) => !flow.isCancelled());
    const next = this.#flows.findIndex(({ flow }) => !flow.isHeldUp?.());
    this.#sent = this.#flows.splice(next, next < 0 ? 0 : 1)[0] ?? null;
    if (this.#sent) this.#carry(this.#sent);
    for (const { flow } of ended) flow.onChunk(0, true);
  }

  #carry(sent: Queued): void {
    const bytes = Math.min(sent.chunkBytes, sent.bytesLeft);
    this.#queue.after((bytes * 8) / this.bitsPerSecond, () => {
      sent.bytesLeft -= bytes;
      sent.flow.onChunk(bytes, sent.bytesLeft === 0);
      if (sent.bytesLeft > 0) this.#flows.push(sent);
      this.#carryNext();
    });
  }
}
