/** A model of a live player: it plays at its delay, asks for one segment after the other, stalls and catches up. */

import type { Geometry } from "../../web/sharing/geometry.ts";
import type { ListedSegment } from "../../web/sharing/scheduler-events.ts";

/** The rate at which hls-sharing.ts lets a player catch up. */
const CATCH_UP_RATE = 1.05;

interface PlayerConditions {
  segmentSeconds: number;
  delaySeconds: number;
  onLate: (sequence: number) => void;
}

/** Segment n covers the video's seconds from n to n + 1 segments, and is listed from the moment at which it ends. */
export class SimulatedPlayer {
  readonly #conditions: PlayerConditions;
  readonly #geometry: Geometry;
  #position: number | null = null;
  #bufferedUntil = 0;
  #updatedAt = 0;
  #next: number | null = null;
  #isWaiting = false;

  constructor(conditions: PlayerConditions, geometry: Geometry) {
    this.#conditions = conditions;
    this.#geometry = geometry;
  }

  /** The first segment that the player doesn't have; null before it has begun. */
  get next(): number | null {
    return this.#next;
  }

  /** Where the playhead is; null while the video stalls, or before it has started. */
  position(now: number): number | null {
    this.#advance(now);
    return this.#position !== null && this.#position < this.#bufferedUntil ? this.#position : null;
  }

  /** Where the playhead is or was. */
  lastPosition(now: number): number {
    this.#advance(now);
    return this.#position ?? 0;
  }

  bufferSeconds(now: number): number {
    return this.#bufferedUntil - this.lastPosition(now);
  }

  /** The segment that the player asks for now; null for none. */
  wants(listed: readonly ListedSegment[]): number | null {
    if (this.#isWaiting) return null;
    this.#next ??= this.#firstOf(listed);
    const segment = listed.find(({ sequence }) => sequence === this.#next);
    if (!segment) return null;
    this.#isWaiting = true;
    return segment.sequence;
  }

  /** A request failed and the segment is still listed: the player asks again. */
  retry(): void {
    this.#isWaiting = false;
  }

  append(sequence: number, now: number): void {
    const { segmentSeconds, onLate } = this.#conditions;
    this.#advance(now);
    if (this.#position !== null && this.#position >= this.#bufferedUntil) onLate(sequence);
    this.#position ??= sequence * segmentSeconds;
    this.#bufferedUntil = (sequence + 1) * segmentSeconds;
    this.#next = sequence + 1;
    this.#isWaiting = false;
  }

  /** The segment won't come: it left the playlist. The player goes on behind it. */
  skip(sequence: number, now: number): void {
    this.#advance(now);
    this.#conditions.onLate(sequence);
    this.#bufferedUntil = (sequence + 1) * this.#conditions.segmentSeconds;
    if (this.#position !== null) this.#position = this.#bufferedUntil;
    this.#next = sequence + 1;
    this.#isWaiting = false;
  }

  /** Whole segments behind the live edge; at a stream's beginning, the only segment there is. */
  #firstOf(listed: readonly ListedSegment[]): number | null {
    const last = listed.at(-1);
    if (!last) return null;
    const from = last.endSeconds - this.#geometry.startDelaySeconds;
    return (listed.find(({ startSeconds }) => startSeconds >= from) ?? last).sequence;
  }

  #advance(now: number): void {
    const seconds = now - this.#updatedAt;
    this.#updatedAt = now;
    if (this.#position === null) return;
    const target = now - this.#geometry.delaySeconds;
    // Who is nearer to live than the delay waits for it; who is further behind plays faster.
    const goal = this.#position + seconds * (this.#position < target - 0.1 ? CATCH_UP_RATE : 1);
    const reached = Math.max(this.#position, Math.min(goal, Math.max(target, this.#position)));
    this.#position = Math.min(reached, this.#bufferedUntil);
  }
}
