/**
 * What becomes of a fetch while peers may bring the same segment: it may be left to another viewer, or be overtaken by a
 * transfer.
 */

import { isFull, type Room } from "./downlink-budget.ts";
import { SAFETY_SECONDS, standingOf } from "./election.ts";
import type { Moment } from "./moment.ts";
import type { SchedulerCommand } from "./scheduler-events.ts";
import { type CdnDownload, type Segment, secondsToFinish, secondsToNeed } from "./segment-state.ts";
import type { SwarmPeers } from "./swarm-peers.ts";

export interface Rivalry {
  /** This viewer's peer id. */
  self: string;
  peers: SwarmPeers;
  /** Whether this viewer may be elected. */
  mayFetch: boolean;
  /** What to expect of a segment. */
  segmentBytes: number;
  room: Room;
}

/** How soon, and with how little lost, a fetch is left to another who began it as well. */
const YIELDING_SECONDS = 0.4;
const YIELDING_SHARE = 0.25;

/** A fetch isn't judged before this. */
const FETCH_TRIAL_SECONDS = 1;

/** A fetch that receives nothing fails after this, and begins anew. */
const STANDSTILL_LEFT_SECONDS = 4;

/** A transfer beside a late fetch replaces it once it should be done in this share of the fetch's time. */
const CLEARLY_FASTER = 0.7;

/** Looks at a segment's fetch, if there is one. Returns true if peers should know of a change, and what ends. */
export function judgeFetch(
  segment: Segment,
  rivalry: Rivalry,
  moment: Readonly<Moment>,
): { isChanged: boolean; commands: SchedulerCommand[] } {
  const { state } = segment;
  if (state.status !== "from-cdn" || moment.guardLevel === "cdn-only") return UNCHANGED;
  const { download } = state;
  const aborting = { isChanged: true, commands: [{ type: "abort-fetch", fetch: download.fetch } as const] };
  if (isLeftToAnother(segment, download, rivalry, moment)) {
    segment.state = { status: "missing" };
    segment.hasYielded = true;
    return aborting;
  }
  if (moment.now - download.startedAt < FETCH_TRIAL_SECONDS) return UNCHANGED;
  const { transfer } = state;
  const secondsLeft = secondsToFinish(download, rivalry.segmentBytes, moment.now);
  // A fetch that stands still isn't left for a transfer without an end.
  const least = secondsLeft === Number.POSITIVE_INFINITY ? STANDSTILL_LEFT_SECONDS : secondsLeft;
  // Where peers are far, both may come, and the first to finish wins. Where they are near, what is full may be the line to
  // the CDN that all of them share.
  const isOvertaken =
    transfer &&
    moment.downlink.arePeersNear(moment.now) &&
    secondsToFinish(transfer, rivalry.segmentBytes, moment.now) < CLEARLY_FASTER * least;
  // Once: should the transfer become slower, another fetch ended in vain would be worse.
  if (isOvertaken && segment.overtakenSeconds === null) {
    segment.overtakenSeconds = moment.now - download.startedAt + least;
    segment.state = { status: "from-peer", transfer };
    return aborting;
  }
  const isLate = secondsLeft > (secondsToNeed(segment, moment) ?? 0);
  // A narrow line is the cause itself: a transfer would make the fetch later still.
  if (!isLate || isFull(rivalry.room) || download.besidePeers) return UNCHANGED;
  if (rivalry.peers.copies(segment.listed.sequence) === 0) return UNCHANGED;
  download.besidePeers = true;
  return { isChanged: true, commands: [] };
}

const UNCHANGED = { isChanged: false, commands: [] };

/** Of two who began at once, before either heard of the other, the one that comes second for the segment ends its fetch. */
function isLeftToAnother(
  segment: Segment,
  download: CdnDownload,
  { self, peers, mayFetch, segmentBytes }: Rivalry,
  moment: Readonly<Moment>,
): boolean {
  if (!mayFetch || segment.hasYielded || moment.now - download.startedAt > YIELDING_SECONDS) return false;
  const seconds = secondsToNeed(segment, moment);
  const isUrgent = seconds === null || seconds < 2 * SAFETY_SECONDS;
  if (isUrgent || download.bytes > YIELDING_SHARE * segmentBytes) return false;
  const { sequence } = segment.listed;
  return standingOf(self, peers.fetchersOf(sequence), String(sequence)).rank > 0;
}
