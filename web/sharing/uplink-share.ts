/** How much of its measured uplink a viewer gives away. */

const UPLOADS_SHARE = 0.85;

/** Acknowledgments of 1.5 Mbit/s, requests, replies to probes; on a slow uplink no more than a share. */
const OWN_BITS_PER_SECOND = 150_000;
const OWN_SHARE = 0.4;

/** What the viewer's own requests and acknowledgments may need: of a slow uplink a larger share. Bits per second. */
export function keptFreeOf(uplinkBitsPerSecond: number): number {
  return Math.min(OWN_BITS_PER_SECOND, OWN_SHARE * uplinkBitsPerSecond);
}

/** What uploads may have of an uplink, in bits per second. */
export function spareOf(uplinkBitsPerSecond: number): number {
  return UPLOADS_SHARE * uplinkBitsPerSecond - keptFreeOf(uplinkBitsPerSecond);
}
