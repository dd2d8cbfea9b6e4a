/**
 * What may come over the viewer's downlink at once. A segment comes one way at a time; where the line has little room,
 * one segment at a time comes at all, in the order in which they are needed.
 */

import { arePeersTooSlow, carriesStream, isNarrow, isTooWeakToTake } from "./fitness.ts";
import { fetchSeconds } from "./geometry.ts";
import type { Moment } from "./moment.ts";
import {
  fetchOf,
  isAhead,
  type Segment,
  secondsToFinish,
  secondsToNeed,
  standsStill,
  transferOf,
} from "./segment-state.ts";

/** A fetch that takes more than this share of a segment's length is slow, and leaves no room for another beside it. */
const SLOW_SHARE = 0.5;

const MAX_FETCHES_AHEAD = 2;

/** By so much a transfer that begins beside a fetch may delay it, with a margin. */
const DELAY_SECONDS = 1;

/**
 * What a line bears beside one fetch: on an `ample` one others, on a `narrow` one nothing. Nobody knows of an `unproven`
 * one, on which fetches are slow, whether it is the cause or the way to the CDN, which peers don't share. A `tight` one
 * isn't proved either, but brings the stream by itself. Where there is `none` for peers, the uplink doesn't bear their
 * transfers either.
 */
export type Room = "ample" | "tight" | "unproven" | "narrow" | "none";

export function roomOn(rendition: string, moment: Readonly<Moment>): Room {
  if (isTooWeakToTake(moment)) return "none";
  if (isNarrow(moment)) return "narrow";
  if (arePeersTooSlow(rendition, moment)) return "narrow";
  if (moment.downlink.capacity(moment.now) !== null || !isSlow(rendition, moment)) return "ample";
  return carriesStream(rendition, moment) ? "tight" : "unproven";
}

/** Whether a first transfer will tell what the line bears. */
export function isToBeProved(room: Room): boolean {
  return room === "tight" || room === "unproven";
}

/** Whether nothing may come beside a fetch. */
export function isFull(room: Room): boolean {
  return room === "narrow" || room === "none";
}

/** Whether peers may bring this segment now, beside what comes already. */
export function mayComeFromPeers(
  segment: Segment,
  segments: readonly Segment[],
  rendition: string,
  moment: Readonly<Moment>,
): boolean {
  if (segment.state.status === "from-cdn") return segment.state.download.besidePeers;
  const room = roomOn(rendition, moment);
  // Without the CDN, a weak uplink is better than none.
  if (room === "none") return segment.failure !== null;
  const isStanding = moment.positionSeconds === null;
  if (room === "ample") {
    // What comes already was counted in when the fetch beside it began; what was only asked for wasn't.
    const isComing = (transferOf(segment)?.bytes ?? 0) > 0;
    return isComing || isStanding || !isAnEarlierOneUrgent(segment, segments, moment);
  }
  return segments.every((other) => {
    if (other === segment) return true;
    if (transferOf(other) && (isToBeProved(room) || isBefore(other, segment))) return false;
    // A trial beside a fetch is what proves a line.
    if (!fetchOf(other)) return true;
    return !isFull(room) && !(room === "tight" && (isStanding || isUrgentlyFetched(other, moment)));
  });
}

/**
 * Whether a segment that the player doesn't ask for yet may be fetched now. Who is alone has nobody to fetch it for, and
 * fetches one after the other, as plain players do; on a slow line only what the player asks for, which may be of another
 * rendition than this.
 */
export function mayFetchAhead(
  segment: Segment,
  { segments, rendition, isAlone }: { segments: readonly Segment[]; rendition: string; isAlone: boolean },
  moment: Readonly<Moment>,
): boolean {
  const room = roomOn(rendition, moment);
  const fetchIsSlow = isSlow(rendition, moment);
  if (isAlone && fetchIsSlow) return false;
  const fetches = segments.filter((other) => fetchOf(other) !== null).length;
  // The next segment would delay the first, as it doesn't in a plain player.
  if (fetches >= (isAlone || isFull(room) || fetchIsSlow ? 1 : MAX_FETCHES_AHEAD)) return false;
  if (room === "ample") return !isAnEarlierOneUrgent(segment, segments, moment);
  return !segments.some(
    (other) => isBefore(other, segment) && isAhead(other, moment) && other.state.status !== "stored",
  );
}

/** By how much at most a fetch of this segment is delayed by what else is on its way, in seconds. */
export function secondsOfOthers(
  segment: Segment,
  segments: readonly Segment[],
  rendition: string,
  { now, downlink }: Readonly<Moment>,
): number {
  const { segmentBytes, bitsPerSecond } = downlink.estimate(rendition);
  let bytes = 0;
  for (const other of segments) {
    if (other === segment) continue;
    const transfer = transferOf(other);
    // Nobody knows when one that has yet to send anything will.
    const isMoving = transfer !== null && Number.isFinite(secondsToFinish(transfer, segmentBytes, now));
    const download = fetchOf(other) ?? (isMoving ? transfer : null);
    if (download) bytes += Math.max(0, segmentBytes - download.bytes);
  }
  return (bytes * 8) / (downlink.capacity(now) ?? bitsPerSecond);
}

/** Whether the player needs a segment so soon that a transfer which begins beside its fetch would make the picture stand. */
export function isUrgent(
  segment: Segment,
  segments: readonly Segment[],
  rendition: string,
  moment: Readonly<Moment>,
): boolean {
  const toNeed = secondsToNeed(segment, moment);
  if (toNeed === null) return true;
  const toFetch = fetchSeconds(moment.downlink.estimate(rendition));
  return toNeed < toFetch + secondsOfOthers(segment, segments, rendition, moment) + DELAY_SECONDS;
}

function isAnEarlierOneUrgent(
  segment: Segment,
  segments: readonly Segment[],
  moment: Readonly<Moment>,
): boolean {
  return segments.some((other) => isBefore(other, segment) && isUrgentlyFetched(other, moment));
}

function isUrgentlyFetched(segment: Segment, { now }: Readonly<Moment>): boolean {
  const fetch = fetchOf(segment);
  return fetch?.isUrgent === true && !standsStill(fetch, now);
}

function isSlow(rendition: string, { downlink, settings }: Readonly<Moment>): boolean {
  return fetchSeconds(downlink.estimate(rendition)) > SLOW_SHARE * settings.segmentSeconds;
}

function isBefore(one: Segment, other: Segment): boolean {
  return one.listed.sequence < other.listed.sequence;
}
