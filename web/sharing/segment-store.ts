/** The bytes of the segments that this viewer holds, for peers to be served from. The scheduler says what is held. */

/** Who brought a segment in. */
export type Source = "peers" | "cdn";

/** A rendition is named by its playlist's address, a segment in it by its media sequence number. */
export class SegmentStore {
  readonly #renditions = new Map<string, Map<number, ArrayBuffer>>();

  /** Keeps the first copy of a segment; a later one changes nothing. */
  put(rendition: string, sequence: number, data: ArrayBuffer): void {
    const segments = this.#renditions.get(rendition) ?? new Map<number, ArrayBuffer>();
    this.#renditions.set(rendition, segments);
    if (!segments.has(sequence)) segments.set(sequence, data);
  }

  get(rendition: string, sequence: number): ArrayBuffer | undefined {
    return this.#renditions.get(rendition)?.get(sequence);
  }

  has(rendition: string, sequence: number): boolean {
    return this.#renditions.get(rendition)?.has(sequence) ?? false;
  }

  sequences(rendition: string): number[] {
    return [...(this.#renditions.get(rendition)?.keys() ?? [])];
  }

  drop(rendition: string, sequences: Iterable<number>): void {
    const segments = this.#renditions.get(rendition);
    for (const sequence of sequences) segments?.delete(sequence);
    if (segments?.size === 0) this.#renditions.delete(rendition);
  }
}
