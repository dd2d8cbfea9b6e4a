/**
 * The bytes of the segments that this viewer holds, and the trailers that vouch for them. Peers are served from here,
 * with what has a trailer. The scheduler says what is held.
 */

/** Who brought a segment in. */
export type Source = "peers" | "cdn";

export interface StoredSegment {
  data: ArrayBuffer;
  source: Source;
  /** Follows the bytes on their way to peers; null while there is none. Empty where a stream isn't signed. */
  trailer: ArrayBuffer | null;
}

/** A rendition is named by its playlist's address, a segment in it by its media sequence number. */
export class SegmentStore {
  readonly #renditions = new Map<string, Map<number, StoredSegment>>();

  /** Keeps a segment. What came from the CDN replaces what came from a peer, and is replaced by nothing else. */
  put(rendition: string, sequence: number, segment: StoredSegment): void {
    const segments = this.#renditions.get(rendition) ?? new Map<number, StoredSegment>();
    this.#renditions.set(rendition, segments);
    if (segments.has(sequence) && segment.source === "peers") return;
    segments.set(sequence, segment);
  }

  /** The trailer of a segment that is held came. */
  attach(rendition: string, sequence: number, trailer: ArrayBuffer): void {
    const segment = this.#renditions.get(rendition)?.get(sequence);
    if (segment) segment.trailer = trailer;
  }

  get(rendition: string, sequence: number): StoredSegment | undefined {
    return this.#renditions.get(rendition)?.get(sequence);
  }

  has(rendition: string, sequence: number): boolean {
    return this.#renditions.get(rendition)?.has(sequence) ?? false;
  }

  /** What peers may have. */
  sequences(rendition: string): number[] {
    const segments = [...(this.#renditions.get(rendition) ?? [])];
    return segments.flatMap(([sequence, { trailer }]) => (trailer ? [sequence] : []));
  }

  drop(rendition: string, sequences: Iterable<number>): void {
    const segments = this.#renditions.get(rendition);
    for (const sequence of sequences) segments?.delete(sequence);
    if (segments?.size === 0) this.#renditions.delete(rendition);
  }
}
