/** What this viewer's line is fit for: whether it has room for more than the stream, and whether it may fetch for others. */

import type { DownlinkMeter } from "./downlink-meter.ts";
import type { Moment } from "./moment.ts";

/** A downlink below this multiple of the stream has no room for a segment coming twice. */
const NARROW = 1.5;

/** Who lost the duty to fetch takes it up again when its uplink bears this multiple of the stream. */
const RECOVERED = 1.25;

/** What may be given away of an uplink that acknowledges what peers send: a share of the stream. */
const ACKNOWLEDGES = 0.06;

/**
 * Whether the uplink is too weak even to take from peers: acknowledgments of what they send would fill it, with ten
 * times the packets that the CDN's need.
 */
export function isTooWeakToTake(moment: Readonly<Moment>): boolean {
  const { uplinkBitsPerSecond } = moment;
  return uplinkBitsPerSecond !== null && uplinkBitsPerSecond < ACKNOWLEDGES * playedBitsPerSecond(moment);
}

/**
 * Whether the downlink carries little more than what is played. False while it isn't known, and where peers bring much
 * more than fetches do: over a full line they would bring nothing beside them.
 */
export function isNarrow(moment: Readonly<Moment>): boolean {
  const { now, downlink } = moment;
  const capacity = downlink.capacity(now);
  if (capacity === null || downlink.arePeersNear(now)) return false;
  return capacity < NARROW * playedBitsPerSecond(moment);
}

/**
 * Whether peers send this rendition more slowly than it plays, while fetches bring it with room to spare: as over a line
 * that loses packets, which slows down connections between homes more than those to a CDN nearby.
 */
export function arePeersTooSlow(rendition: string, { now, settings, downlink }: Readonly<Moment>): boolean {
  const { segmentSeconds } = settings;
  if (downlink.duringFetches === null || segmentSeconds === 0) return false;
  const stream = streamBitsPerSecond(rendition, segmentSeconds, downlink);
  return downlink.duringFetches >= NARROW * stream && downlink.areTransfersSlower(stream, now);
}

/**
 * Whether nobody knows what the uplink carries, and the line is too weak to find out: peers are too slow for it, as where
 * packets get lost, and what it sends never fills it; or it is narrow, and the first uploads would fill it.
 */
export function isTooWeakToTry(rendition: string, moment: Readonly<Moment>): boolean {
  return moment.uplinkBitsPerSecond === null && (isNarrow(moment) || arePeersTooSlow(rendition, moment));
}

/** Whether fetches bring the stream as fast as it plays. False while that isn't known. */
export function carriesStream(
  rendition: string,
  { settings, downlink }: Readonly<Pick<Moment, "settings" | "downlink">>,
): boolean {
  const { segmentSeconds } = settings;
  if (downlink.duringFetches === null || segmentSeconds === 0) return false;
  return downlink.duringFetches >= streamBitsPerSecond(rendition, segmentSeconds, downlink);
}

/**
 * Whether this viewer may be elected to fetch for others: one that sends a segment more slowly than it plays would make
 * them wait. `mayFetch` is what it could before, so that it doesn't change with each measurement.
 */
export function isFitToFetch(rendition: string, mayFetch: boolean, moment: Readonly<Moment>): boolean {
  const { settings, guardLevel, uplinkBitsPerSecond, downlink } = moment;
  const { shares, segmentSeconds } = settings;
  if (!shares || guardLevel !== "none" || isNarrow(moment)) return false;
  if (uplinkBitsPerSecond === null || segmentSeconds === 0) return !isTooWeakToTry(rendition, moment);
  const needed = streamBitsPerSecond(rendition, segmentSeconds, downlink) * (mayFetch ? 1 : RECOVERED);
  return uplinkBitsPerSecond >= needed;
}

/** What is played takes, video and audio together; 0 while that isn't known. */
function playedBitsPerSecond({ renditions, settings, downlink }: Readonly<Moment>): number {
  const { segmentSeconds } = settings;
  if (segmentSeconds === 0) return 0;
  return renditions.reduce((sum, one) => sum + streamBitsPerSecond(one, segmentSeconds, downlink), 0);
}

/** What a rendition takes, by the size of its segments. */
export function streamBitsPerSecond(
  rendition: string,
  segmentSeconds: number,
  downlink: DownlinkMeter,
): number {
  return (downlink.estimate(rendition).segmentBytes * 8) / segmentSeconds;
}
