/** The segments that this viewer holds: what its player takes from and what peers are served. */

/** Who brought a segment in. */
export type Source = "peers" | "cdn";

/** A rendition is named by its playlist's address, a segment in it by its media sequence number. */
export class SegmentStore {
  readonly #renditions = new Map<string, Map<number, ArrayBuffer>>();
  readonly #onStored: (rendition: string, sequence: number, data: ArrayBuffer, source: Source) => void;
  #onChanged: (rendition: string) => void = () => {};

  constructor(
    onStored: (rendition: string, sequence: number, data: ArrayBuffer, source: Source) => void = () => {},
  ) {
    this.#onStored = onStored;
  }

  /** Whoever tells peers what is held here hears of every change. */
  announceChanges(onChanged: (rendition: string) => void): void {
    this.#onChanged = onChanged;
  }

  put(rendition: string, sequence: number, data: ArrayBuffer, source: Source): void {
    const segments = this.#renditions.get(rendition) ?? new Map<number, ArrayBuffer>();
    this.#renditions.set(rendition, segments);
    if (!segments.has(sequence)) segments.set(sequence, data);
    this.#onStored(rendition, sequence, data, source);
    this.#onChanged(rendition);
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

  /** Lets go of what has left the live window, so that memory stays as large as the window. */
  dropBefore(rendition: string, sequence: number): void {
    const segments = this.#renditions.get(rendition);
    if (!segments) return;
    const gone = [...segments.keys()].filter((held) => held < sequence);
    if (gone.length === 0) return;
    for (const held of gone) segments.delete(held);
    this.#onChanged(rendition);
  }
}
