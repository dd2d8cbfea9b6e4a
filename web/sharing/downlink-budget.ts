/**
 * What may come over the viewer's downlink at once. A segment comes one way at a time; where the line has little room,
 * one segment at a time comes at all, in the order in which they are needed.
 */

import { isNarrow } from "./fitness.ts";
import { fetchSeconds } from "./geometry.ts";
import type { Moment } from "./moment.ts";
import { fetchOf, isAhead, type Segment, transferOf } from "./segment-state.ts";

/** A fetch that takes more than this share of a segment's length is slow, and leaves no room for another beside it. */
const SLOW_SHARE = 0.5;

const MAX_FETCHES_AHEAD = 2;

/**
 * What a line bears beside one fetch: on an `ample` one others, on a `narrow` one nothing. It is `unproven` while fetches
 * are slow and nobody knows whether the line is the cause or the way to the CDN, which peers don't share.
 */
export type Room = "ample" | "unproven" | "narrow";

export function roomOn(rendition: string, moment: Readonly<Moment>): Room {
  const { now, downlink, settings } = moment;
  if (isNarrow(rendition, settings.segmentSeconds, downlink, now)) return "narrow";
  return downlink.capacity(now) === null && isSlow(rendition, moment) ? "unproven" : "ample";
}

/** Whether peers may bring this segment now, beside what comes already. */
export function mayComeFromPeers(segment: Segment, segments: Iterable<Segment>, room: Room): boolean {
  if (segment.state.status === "from-cdn") return segment.state.download.besidePeers;
  if (room === "ample") return true;
  for (const other of segments) {
    if (other === segment) continue;
    const isFirst = room === "unproven" || isBefore(other, segment);
    if (transferOf(other) && isFirst) return false;
    // A trial beside a fetch is what proves a line.
    if (fetchOf(other) && room === "narrow") return false;
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
  if (fetches >= (room === "narrow" || isSlow(rendition, moment) ? 1 : MAX_FETCHES_AHEAD)) return false;
  if (room === "ample") return true;
  return !segments.some(
    (other) => isBefore(other, segment) && isAhead(other, moment) && other.state.status !== "stored",
  );
}

function isSlow(rendition: string, { downlink, settings }: Readonly<Moment>): boolean {
  return fetchSeconds(downlink.estimate(rendition)) > SLOW_SHARE * settings.segmentSeconds;
}

function isBefore(one: Segment, other: Segment): boolean {
  return one.listed.sequence < other.listed.sequence;
}
