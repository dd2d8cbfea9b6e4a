/** How much of its measured uplink a viewer gives away. */

const UPLOADS_SHARE = 0.85;

/** Acknowledgments of 1.5 Mbit/s, requests, replies to probes; on a slow uplink no more than a share. */
const OWN_BITS_PER_SECOND = 150_000;
const OWN_SHARE = 0.4;

/** What uploads may have of an uplink. Of a slow one the viewer's own requests and acknowledgments need a larger share. */
export function spareOf(uplinkBitsPerSecond: number): number {
  const own = Math.min(OWN_BITS_PER_SECOND, OWN_SHARE * uplinkBitsPerSecond);
  return UPLOADS_SHARE * uplinkBitsPerSecond - own;
}
