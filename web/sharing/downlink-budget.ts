/**
 * What may come over the viewer's downlink at once. A segment comes one way at a time; where the line has little room,
 * one segment at a time comes at all, in the order in which they are needed.
 */

import { arePeersTooSlow, carriesStream, isNarrow, isTooWeakToTake } from "./fitness.ts";
import { fetchSeconds } from "./geometry.ts";
import type { Moment } from "./moment.ts";
import { type CdnDownload, fetchOf, isAhead, type Segment, transferOf } from "./segment-state.ts";

/** A fetch that takes more than this share of a segment's length is slow, and leaves no room for another beside it. */
const SLOW_SHARE = 0.5;

const MAX_FETCHES_AHEAD = 2;

/** By so much a trial may delay the fetch that it runs beside, with a margin. */
const TRIAL_SECONDS = 1;

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
  segments: Iterable<Segment>,
  rendition: string,
  moment: Readonly<Moment>,
): boolean {
  if (segment.state.status === "from-cdn") return segment.state.download.besidePeers;
  const room = roomOn(rendition, moment);
  // Without the CDN, a weak uplink is better than none.
  if (room === "none") return segment.failure !== null;
  if (room === "ample") return true;
  for (const other of segments) {
    if (other === segment) continue;
    const isFirst = isToBeProved(room) || isBefore(other, segment);
    if (transferOf(other) && isFirst) return false;
    // A trial beside a fetch is what proves a line.
    const fetch = fetchOf(other);
    if (!fetch) continue;
    if (isFull(room) || (room === "tight" && !bearsTrial(other, fetch, rendition, moment))) return false;
  }
  return true;
}

/** Whether a segment that the player doesn't ask for yet may be fetched now. */
export function mayFetchAhead(
  segment: Segment,
  segments: readonly Segment[],
  rendition: string,
  moment: Readonly<Moment>,
): boolean {
  const room = roomOn(rendition, moment);
  const fetches = segments.filter((other) => fetchOf(other) !== null).length;
  // The next segment would delay the first, as it doesn't in a plain player.
  if (fetches >= (isFull(room) || isSlow(rendition, moment) ? 1 : MAX_FETCHES_AHEAD)) return false;
  if (room === "ample") return true;
  return !segments.some(
    (other) => isBefore(other, segment) && isAhead(other, moment) && other.state.status !== "stored",
  );
}

/** Whether the player didn't need a fetch so soon, when it began, that a trial beside it would make the picture stand. */
function bearsTrial(
  { listed }: Segment,
  { startedAt }: CdnDownload,
  rendition: string,
  { now, downlink, positionSeconds }: Readonly<Moment>,
): boolean {
  if (positionSeconds === null) return false;
  const positionThen = positionSeconds - (now - startedAt);
  const secondsToNeed = listed.startSeconds - positionThen;
  return secondsToNeed >= fetchSeconds(downlink.estimate(rendition)) + TRIAL_SECONDS;
}

function isSlow(rendition: string, { downlink, settings }: Readonly<Moment>): boolean {
  return fetchSeconds(downlink.estimate(rendition)) > SLOW_SHARE * settings.segmentSeconds;
}

function isBefore(one: Segment, other: Segment): boolean {
  return one.listed.sequence < other.listed.sequence;
}
