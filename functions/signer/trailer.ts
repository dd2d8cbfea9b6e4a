/**
 * The trailer that follows a segment from viewer to viewer, and says what the deployment vouches for.
 *
 * A trailer is read from its end, because nobody is told where the segment ends. With m bytes of metadata:
 *
 * | bytes | what |
 * | --- | --- |
 * | m | metadata: `SegmentMetadata` as JSON in UTF-8, at most 1,024 bytes |
 * | 32 | SHA-256 of the segment's bytes |
 * | 64 | signature: ECDSA on P-256 with SHA-256, r and s of 32 bytes each, as WebCrypto takes it (IEEE P1363) |
 * | 2 | m, the more significant byte first |
 * | 1 | version: 1 |
 *
 * The signature covers the trailer without the signature: metadata, digest, m and version, one after the other. A
 * signature document (`/signatures/…`) is the trailers of all renditions of one media sequence number, one after the
 * other, so it is read from its end as well, trailer by trailer.
 *
 * The web side imports only the types, and reads trailers by itself.
 */

/** What a playlist says of a segment, and which segment it is: the same for HLS and DASH, whose segments are the same. */
export interface SegmentMetadata {
  /** The channel of `config.json`. */
  readonly channel: string;
  /** Path of the rendition's HLS playlist on the origin: `/out/v1/shoal/live/cmaf/index_720p.m3u8`. */
  readonly rendition: string;
  /** Path of the segment on the origin, without a query: `/out/v1/shoal/live/cmaf/segment_720p_1795.mp4`. */
  readonly segment: string;
  /** The media sequence number. */
  readonly sequence: number;
  readonly durationSeconds: number;
  /** EXT-X-PROGRAM-DATE-TIME as the playlist has it; null if it has none for this segment. */
  readonly programDateTime: string | null;
  /** Whether EXT-X-DISCONTINUITY stands before it. */
  readonly isDiscontinuous: boolean;
}

/** Signs with ECDSA on P-256 and SHA-256; 64 bytes in the form of IEEE P1363. */
export type Sign = (message: Uint8Array) => Uint8Array;

const TRAILER_VERSION = 1;
export const MOST_METADATA_BYTES = 1_024;

/**
 * Writes a segment's trailer; `digest` is the SHA-256 of the segment's bytes.
 *
 * @throws Error when the metadata is too long for a trailer.
 */
export function writeTrailer(metadata: SegmentMetadata, digest: Uint8Array, sign: Sign): Uint8Array {
  const encoded = Buffer.from(JSON.stringify(metadata));
  if (encoded.length > MOST_METADATA_BYTES) {
    throw new Error(
      `The metadata of ${metadata.segment} has ${encoded.length} bytes, more than ${MOST_METADATA_BYTES}`,
    );
  }
  const end = Buffer.from([encoded.length >> 8, encoded.length & 0xff, TRAILER_VERSION]);
  const signature = sign(Buffer.concat([encoded, digest, end]));
  return Buffer.concat([encoded, digest, signature, end]);
}
