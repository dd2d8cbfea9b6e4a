/** What a publisher's H.264 tells of itself without being decoded (ITU-T H.264, and ISO/IEC 14496-15 for its wrapping). */

const IDR = 5;
const NAL_TYPE = 0x1f;

export interface H264Configuration {
  /** profile_idc. */
  readonly profile: number;
  /** Bytes before each NAL unit that say how long it is. */
  readonly lengthBytes: number;
}

/** Reads an AVCDecoderConfigurationRecord. Null when it is cut short. */
export function parseConfiguration(record: Buffer): H264Configuration | null {
  const [, profile, , , lengths] = record;
  if (profile === undefined || lengths === undefined) return null;
  return { profile, lengthBytes: (lengths & 3) + 1 };
}

/** Whether a frame is an IDR frame, after which none needs a frame before it. Other keyframes begin an open GOP. */
export function isIdr(frame: Buffer, lengthBytes: number): boolean {
  let at = 0;
  while (at + lengthBytes < frame.length) {
    const length = frame.readUIntBE(at, lengthBytes);
    if (((frame[at + lengthBytes] ?? 0) & NAL_TYPE) === IDR) return true;
    at += lengthBytes + length;
  }
  return false;
}
