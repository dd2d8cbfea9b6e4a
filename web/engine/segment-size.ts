/** How large a segment may plausibly be: what a peer announces beyond that isn't one. */

import type { RenditionTraits } from "../sharing/rendition-traits.ts";
import type { ListedSegment } from "../sharing/scheduler-events.ts";

/** Audio by itself has no bit rate in a playlist. This is twice what surround sound takes. */
const UNNAMED_BITS_PER_SECOND = 1_500_000;

/** A playlist names the peak of a segment's bit rate (RFC 8216, 4.3.4.2); encoders miss it. */
const MARGIN = 3;

/** Containers, trailers, and segments of next to no length. */
const OVERHEAD_BYTES = 64 * 1024;

/** How large the segments of the playlists may be, by address. */
export class SegmentSizes {
  readonly #most = new Map<string, number>();
  #largest = 0;

  listed(segments: readonly ListedSegment[], traits: RenditionTraits): void {
    for (const segment of segments) {
      const most = mostSegmentBytes(segment, traits);
      this.#most.set(segment.url, most);
      this.#largest = Math.max(this.#largest, most);
    }
  }

  forget(urls: Iterable<string>): void {
    for (const url of urls) this.#most.delete(url);
  }

  /** A segment that has just left the playlist may still be on its way: it is as large as any. */
  most(url: string): number {
    return this.#most.get(url) ?? this.#largest;
  }
}

function mostSegmentBytes(
  { startSeconds, endSeconds }: Pick<ListedSegment, "startSeconds" | "endSeconds">,
  { bitrate }: RenditionTraits,
): number {
  const bitsPerSecond = bitrate || UNNAMED_BITS_PER_SECOND;
  return Math.ceil((MARGIN * bitsPerSecond * Math.max(0, endSeconds - startSeconds)) / 8) + OVERHEAD_BYTES;
}
