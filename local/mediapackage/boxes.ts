/** Reads the boxes of an MP4 file (ISO/IEC 14496-12), as far as the packager and its tests need them. */

export interface Box {
  readonly type: string;
  readonly payload: Uint8Array;
}

/** Bytes of fields before the child boxes, for boxes that have both. */
const FIELDS_BEFORE_CHILDREN: Readonly<Record<string, number>> = { stsd: 8, avc1: 78, mp4a: 28 };

/** The boxes in these bytes, in order. */
export function* boxesIn(bytes: Uint8Array): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > bytes.length) {
      throw new Error(
        `An MP4 box at byte ${at} claims ${size} bytes, of ${bytes.length - at} that there are`,
      );
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { type, payload: bytes.subarray(at + 8, at + size) };
    at += size;
  }
}

/** The first box at a path such as `moov`, `trak`, `mdia`; null when there is none. */
export function findBox(bytes: Uint8Array, ...path: readonly string[]): Uint8Array | null {
  let inside = bytes;
  for (const [index, type] of path.entries()) {
    const skipped = FIELDS_BEFORE_CHILDREN[path[index - 1] ?? ""] ?? 0;
    const found = [...boxesIn(inside.subarray(skipped))].find((box) => box.type === type);
    if (!found) return null;
    inside = found.payload;
  }
  return inside;
}

/**
 * The RFC 6381 codec string of a video rendition, such as `avc1.64001f`, read from its init segment.
 *
 * @throws Error when the track isn't H.264.
 */
export function h264Codec(initSegment: Uint8Array): string {
  const sampleEntry = ["moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1", "avcC"];
  const configuration = findBox(initSegment, ...sampleEntry);
  if (!configuration) throw new Error("The init segment describes no H.264 track");
  const profileConstraintsAndLevel = Buffer.from(configuration.subarray(1, 4));
  return `avc1.${profileConstraintsAndLevel.toString("hex")}`;
}
