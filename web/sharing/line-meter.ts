/** What the viewer's line has lately borne: throughput and round trip of CDN fetches, size of segments. */

import { type Line, UNKNOWN_LINE } from "./geometry.ts";

/** Weight of the newest sample; the last five or so make up most of the estimate. */
const NEWEST = 0.3;

export class LineMeter {
  #bitsPerSecond: number | null = null;
  #roundTripSeconds: number | null = null;
  readonly #segmentBytes = new Map<string, number>();

  /** A whole fetch: bytes, the wait for the first of them, and the time from first to last. */
  fetched(bytes: number, firstByteSeconds: number, transferSeconds: number): void {
    // A segment that comes in one burst (a cache, loopback) says nothing finer than a millisecond.
    const bitsPerSecond = (bytes * 8) / Math.max(transferSeconds, 0.001);
    this.#bitsPerSecond = blend(this.#bitsPerSecond, bitsPerSecond);
    this.#roundTripSeconds = blend(this.#roundTripSeconds, firstByteSeconds);
  }

  segment(rendition: string, bytes: number): void {
    this.#segmentBytes.set(rendition, blend(this.#segmentBytes.get(rendition) ?? null, bytes));
  }

  /** Null until a first fetch has come through. */
  get bitsPerSecond(): number | null {
    return this.#bitsPerSecond;
  }

  line(rendition: string): Line {
    return {
      segmentBytes: this.#segmentBytes.get(rendition) ?? UNKNOWN_LINE.segmentBytes,
      bitsPerSecond: this.#bitsPerSecond ?? UNKNOWN_LINE.bitsPerSecond,
      roundTripSeconds: this.#roundTripSeconds ?? UNKNOWN_LINE.roundTripSeconds,
    };
  }
}

function blend(before: number | null, sample: number): number {
  return before === null ? sample : before + NEWEST * (sample - before);
}
