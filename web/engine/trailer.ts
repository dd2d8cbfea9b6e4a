/** Reads the trailers of signed segments. Their layout is described and written in functions/signer/trailer.ts. */

/** Of the layout. Viewers of different versions have different peer ids and swarms, and don't meet. */
export const TRAILER_VERSION = 1;

const DIGEST_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** The metadata's length and the version. */
const END_BYTES = 3;
const MOST_METADATA_BYTES = 1_024;

/** No trailer is longer. */
export const MOST_TRAILER_BYTES = MOST_METADATA_BYTES + DIGEST_BYTES + SIGNATURE_BYTES + END_BYTES;

type Bytes = Uint8Array<ArrayBuffer>;

/** What a viewer needs to know of a segment's metadata. */
interface Metadata {
  channel: string;
  /** Its path on the origin. */
  segment: string;
}

export interface Trailer {
  metadata: Metadata;
  digest: Bytes;
  signature: Bytes;
  /** What the signature covers. */
  covered: Bytes;
  /** All of it. */
  bytes: Bytes;
}

/** The trailer that some bytes end in; null if they don't end in one. Nothing in it is proven. */
export function trailerAtEnd(bytes: Bytes): Trailer | null {
  const end = bytes.subarray(-END_BYTES);
  const [high = 0, low = 0, version] = end;
  const metadataBytes = high * 256 + low;
  const length = metadataBytes + DIGEST_BYTES + SIGNATURE_BYTES + END_BYTES;
  if (version !== TRAILER_VERSION || metadataBytes > MOST_METADATA_BYTES || length > bytes.length)
    return null;
  const trailer = bytes.subarray(bytes.length - length);
  const metadata = metadataIn(trailer.subarray(0, metadataBytes));
  if (!metadata) return null;
  const signatureAt = metadataBytes + DIGEST_BYTES;
  const covered = new Uint8Array(signatureAt + END_BYTES);
  covered.set(trailer.subarray(0, signatureAt));
  covered.set(end, signatureAt);
  return {
    metadata,
    digest: trailer.subarray(metadataBytes, signatureAt),
    signature: trailer.subarray(signatureAt, signatureAt + SIGNATURE_BYTES),
    covered,
    bytes: trailer,
  };
}

/** The trailers of a signature document: one after the other, and nothing else. What isn't one ends the reading. */
export function trailersIn(document: Bytes): Trailer[] {
  const trailers: Trailer[] = [];
  let rest = document;
  for (let trailer = trailerAtEnd(rest); trailer; trailer = trailerAtEnd(rest)) {
    trailers.push(trailer);
    rest = rest.subarray(0, rest.length - trailer.bytes.length);
  }
  return trailers;
}

function metadataIn(encoded: Bytes): Metadata | null {
  try {
    const { channel, segment }: Partial<Metadata> = JSON.parse(new TextDecoder().decode(encoded));
    return typeof channel === "string" && typeof segment === "string" ? { channel, segment } : null;
  } catch {
    return null;
  }
}
