/** How far behind the live edge to play, and how much to hold, from the shape of the live playlist. */

export interface PlaylistShape {
  /** EXT-X-TARGETDURATION, or the longest segment. */
  segmentSeconds: number;
  /** From the first segment's start to the last one's end. */
  windowSeconds: number;
}

export interface Downlink {
  /** Size of a segment, averaged over the last ones. */
  segmentBytes: number;
  /** What the CDN delivers to this viewer, in bits per second. */
  bitsPerSecond: number;
  /** Until the first byte of an answer. */
  roundTripSeconds: number;
}

export interface Geometry {
  /** The distance to keep from the live edge. */
  delaySeconds: number;
  /** The distance to start at: whole segments, so that no frames before the first one shown have to be decoded. */
  startDelaySeconds: number;
  /** Fallen further behind than this, the player jumps. */
  maxDelaySeconds: number;
  /** How much the player asks for ahead of the picture. */
  forwardBufferSeconds: number;
  /** How far ahead of the picture segments are taken from peers. */
  peerWindowSeconds: number;
}

/** Hearing of a segment, asking for it and receiving it, before any was timed: viewers on one continent. */
export const UNKNOWN_HANDOVER_SECONDS = 0.4;

/** Relays between the fetcher and the last viewer: ten connections each reach a thousand in three. */
const RELAYS = 3;

/** Of 1.5 Mbit/s in segments of 2 s, over what a home's uplink of 5 to 10 Mbit/s spares. */
const RELAY_SECONDS = 0.5;

const SAFETY_SECONDS = 1;

/** An elected fetcher's. Who needs longer fetches for itself, if at all. */
const USUAL_FETCH_SECONDS = 0.5;

/** Before anything is measured: a common line. */
export const UNKNOWN_DOWNLINK: Downlink = {
  segmentBytes: 500_000,
  bitsPerSecond: 10_000_000,
  roundTripSeconds: 0.1,
};

/** Seconds that a CDN fetch of one segment should take on this line. */
export function fetchSeconds(downlink: Downlink): number {
  return downlink.roundTripSeconds + (downlink.segmentBytes * 8) / downlink.bitsPerSecond;
}

/**
 * The delay is what a segment's way takes: a segment to be filled before it exists, a segment's time until
 * every viewer's playlist shows it (half for the CDN's cache, half between two refreshes), one fetch, the
 * relays, and a margin. A slow line's own fetch takes the place of another's and the relays. Never under three
 * segments, as RFC 8216 6.3.3 asks, unless the page asks for less; never so much that the picture falls out of the
 * window.
 */
export function liveGeometry(
  shape: PlaylistShape,
  downlink: Downlink,
  wishedDelaySeconds: number | null = null,
): Geometry {
  const { segmentSeconds, windowSeconds } = shape;
  const ownFetch = fetchSeconds(downlink);
  const overRelays = Math.min(ownFetch, USUAL_FETCH_SECONDS) + RELAYS * RELAY_SECONDS;
  const journey = 2 * segmentSeconds + Math.max(ownFetch, overRelays) + SAFETY_SECONDS;
  const suggested = Math.max(3 * segmentSeconds, Math.ceil(journey * 2) / 2);
  const least = 1.5 * segmentSeconds + SAFETY_SECONDS;
  const most = Math.max(segmentSeconds, windowSeconds - segmentSeconds);
  const delaySeconds = Math.min(most, Math.max(least, wishedDelaySeconds ?? suggested));

  const wholeSegmentsSeconds = Math.ceil(delaySeconds / segmentSeconds) * segmentSeconds;
  return {
    delaySeconds,
    startDelaySeconds: wholeSegmentsSeconds <= most ? wholeSegmentsSeconds : delaySeconds,
    maxDelaySeconds: Math.min(most + segmentSeconds / 2, delaySeconds + 2 * segmentSeconds + 4),
    forwardBufferSeconds: Math.max(segmentSeconds, delaySeconds - segmentSeconds / 2),
    peerWindowSeconds: delaySeconds + 2 * segmentSeconds,
  };
}
