/** The shape of the live stream that is played, and the geometry that follows from it and from the viewer's wish. */

import { type Downlink, type Geometry, liveGeometry, type PlaylistShape } from "./geometry.ts";
import { playlistShape, shapeOfSegments } from "./playlist-shape.ts";
import type { ListedSegment } from "./scheduler-events.ts";

/** Before a playlist has been read. Three segments' delay is the least that RFC 8216, 6.3.3, asks for. */
const GUESS: PlaylistShape = { segmentSeconds: 2, windowSeconds: 30 };
const GUESSED_DELAY_SECONDS = 6;

export class LiveShape {
  #shape: PlaylistShape | null = null;
  /** HLS playlists tell their shape in their text; a DASH manifest doesn't. */
  #isRead = false;
  /** Null leaves the delay to the stream's shape. */
  wishedDelaySeconds: number | null;

  constructor(wishedDelaySeconds: number | null) {
    this.wishedDelaySeconds = wishedDelaySeconds;
  }

  /** Whether a playlist has told anything yet. */
  get isKnown(): boolean {
    return this.#shape !== null;
  }

  /** 0 while unknown. */
  get segmentSeconds(): number {
    return this.#shape?.segmentSeconds ?? 0;
  }

  /** Reads a playlist's text. A multivariant playlist says nothing. */
  readText(text: string): void {
    const shape = playlistShape(text);
    this.#isRead ||= shape !== null;
    this.#shape = shape ?? this.#shape;
  }

  /** Takes the shape from the segments themselves, unless a playlist's text has told it. Tells whether it did. */
  readSegments(segments: readonly ListedSegment[]): boolean {
    const shape = this.#isRead ? null : shapeOfSegments(segments);
    this.#shape = shape ?? this.#shape;
    return shape !== null;
  }

  geometry(downlink: Downlink): Geometry {
    if (this.#shape) return liveGeometry(this.#shape, downlink, this.wishedDelaySeconds);
    return liveGeometry(GUESS, downlink, this.wishedDelaySeconds ?? GUESSED_DELAY_SECONDS);
  }
}
