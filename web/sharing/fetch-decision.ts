/** When this viewer fetches one segment from the CDN: the election's answer, bounded by what its own player needs. */

import { isFull, isToBeProved, type Room } from "./downlink-budget.ts";
import {
  backupWait,
  fetchersAmong,
  roomFor,
  type SegmentTiming,
  secondsToFetch,
  secondsToLastMoment,
  standingOf,
} from "./election.ts";

export interface FetchSituation {
  self: string;
  /** The peers that may be elected now, and all that share. */
  candidates: readonly string[];
  sharingPeers: readonly string[];
  /** Whether this viewer may be elected now. */
  mayFetch: boolean;
  /** What the downlink bears. */
  room: Room;
  /** This viewer is connected with everyone in the swarm. */
  seesEveryone: boolean;
  /** False while connections to peers may still open, or have just opened, and nothing is known of what they hold. */
  isSettled: boolean;
  sequence: number;
  /** The segment appeared while this viewer was already among peers. */
  isElectable: boolean;
  /** Peers that hold the segment, or are fetching it for others, and for how long this viewer has known of one. */
  copies: number;
  secondsSinceCopy: number;
  /** Peers send much faster than the CDN, as where they share a line to it. */
  arePeersNear: boolean;
  timing: SegmentTiming;
  /** A transfer from a peer that is under way. */
  transfer: { seconds: number; secondsToFinish: number } | null;
  /** What a fetch of it seemed to take that ended for a transfer; 0 if none did. */
  overtakenSeconds: number;
}

export interface FetchDecision {
  /** Zero or less means now. */
  inSeconds: number;
  /** This viewer is the fetcher, and lets a better placed one go first. */
  isHoldingBack: boolean;
}

const NOW: FetchDecision = { inSeconds: 0, isHoldingBack: false };

/** How many relays a copy nearby may take. */
const NEAR_HANDOVERS = 2;

/** What a newcomer fetches by itself at once. */
const ARRIVAL_SEGMENTS = 2;

/** A fetch is planned with at most this share of the time that a segment has from its appearance to its need. */
const LONGEST_FETCH_SHARE = 0.5;

/** Where nobody may fetch for others, all fetch within a segment's length, so far apart if that is enough. */
const UNFIT_STEP_SECONDS = 0.6;

/** A transfer that is left to run is judged again after this. */
const RECHECK_SECONDS = 0.2;

/** A transfer that is under way needs less of a margin than a fetch that is yet to begin. */
const TRANSFER_SAFETY_SECONDS = 0.4;

/** The last part of a transfer may be slower than the first: by so much, and it must still be the better way. */
const MAY_TAKE_LONGER = 1.3;

/** A transfer has shown by then how fast it is. */
const TRIAL_SECONDS = 0.5;

/** A fetch that takes longer is too slow to be preferred to a transfer that is yet to be judged. */
const SLOW_FETCH_SECONDS = 1;

/** How soon to fetch a segment, as things stand now. */
export function decideFetch(situation: FetchSituation): FetchDecision {
  const decision = decideByElection(situation);
  if (decision.inSeconds > 0) return decision;
  if (!isTransferBetter(situation) && !isCopyWorthWaitingFor(situation)) return decision;
  return { inSeconds: RECHECK_SECONDS, isHoldingBack: false };
}

function decideByElection(situation: FetchSituation): FetchDecision {
  const { candidates, sharingPeers, isSettled, room, mayFetch, isElectable, copies } = situation;
  const timing = bounded(situation.timing);
  const atLastMoment = { inSeconds: secondsToLastMoment(timing), isHoldingBack: false };
  // Waiting for a peer and fetching after all would be more than a narrow line carries.
  if (isFull(room) || mustNotWait(situation)) return NOW;
  if (copies === 0 && candidates.length === 0 && (mayFetch || sharingPeers.length === 0)) {
    return isSettled ? NOW : onArrival(timing);
  }
  if (copies === 0 && !isElectable) return isSettled ? onArrival(timing) : atLastMoment;
  // Peers hold what was there before this viewer came.
  if (!isElectable) return atLastMoment;
  if (!mayFetch && candidates.length === 0 && sharingPeers.length > 0) {
    const inSeconds = Math.min(secondsAmongUnfit(situation), atLastMoment.inSeconds);
    return { inSeconds, isHoldingBack: false };
  }
  // One that can't serve would make them wait.
  if (!mayFetch) return atLastMoment;
  return decideByRank({ ...situation, timing });
}

/**
 * A slow fetch may mean a narrow line or a crowded way to the CDN. Until transfers tell which, only who has buffered
 * enough can afford to wait for one, and who can't play by the CDN alone gives a new copy a moment.
 */
function mustNotWait({ room, copies, secondsSinceCopy, timing }: FetchSituation): boolean {
  const { fetchSeconds, segmentSeconds, secondsToNeed } = timing;
  if (!isToBeProved(room)) return false;
  if (room === "unproven" && copies > 0 && secondsSinceCopy < TRIAL_SECONDS) return false;
  return secondsToNeed < ARRIVAL_SEGMENTS * segmentSeconds + fetchSeconds;
}

/**
 * While nobody is known to hold what a newcomer lacks, it fills its buffer as a plain player does, but for the last
 * segment, which peers may bring by then.
 */
function onArrival(timing: SegmentTiming): FetchDecision {
  const enough = timing.secondsToNeed - ARRIVAL_SEGMENTS * timing.segmentSeconds;
  return { inSeconds: Math.min(enough, secondsToLastMoment(timing)), isHoldingBack: false };
}

/**
 * Where nobody's uplink bears the stream, a copy reaches few in time. So all fetch about as soon as plain players do, in
 * the order of the election; who is sent a copy until then leaves that transfer to run.
 */
function secondsAmongUnfit({
  self,
  sharingPeers,
  sequence,
  copies,
  secondsSinceCopy,
  timing,
}: FetchSituation): number {
  const { rank, peers } = standingOf(self, sharingPeers, String(sequence));
  const step = Math.min(UNFIT_STEP_SECONDS, timing.segmentSeconds / (peers + 1));
  const untilTransfer = copies > 0 ? TRIAL_SECONDS - secondsSinceCopy : 0;
  return Math.max(rank * step - timing.secondsSinceSeen, untilTransfer);
}

/** Without the bound, a fetch that takes longer than the time there is would always begin at once, in vain. */
function bounded(timing: SegmentTiming): SegmentTiming {
  const most = LONGEST_FETCH_SHARE * Math.max(0, timing.secondsToNeed + timing.secondsSinceSeen);
  const fetchSeconds = Math.min(timing.fetchSeconds, most);
  return { ...timing, fetchSeconds, extraSeconds: Math.min(timing.extraSeconds, most - fetchSeconds) };
}

function decideByRank({
  self,
  candidates,
  sharingPeers,
  sequence,
  seesEveryone,
  copies,
  timing,
}: FetchSituation): FetchDecision {
  const standing = { ...standingOf(self, candidates, String(sequence), sharingPeers.length), seesEveryone };
  if (copies >= fetchersAmong(standing, timing)) {
    const wait = backupWait({ ...standing, rank: Math.max(1, standing.rank) }, roomFor(timing));
    return { inSeconds: wait - timing.secondsSinceSeen, isHoldingBack: false };
  }
  const inSeconds = secondsToFetch(standing, timing);
  return { inSeconds, isHoldingBack: standing.rank === 0 && inSeconds > 0 };
}

/**
 * Where several share a full line to the CDN, a second fetch of one segment makes both late: who knows of a copy nearby
 * gives it the time to be fetched and handed over, whatever its own player needs.
 */
function isCopyWorthWaitingFor({ arePeersNear, copies, secondsSinceCopy, timing }: FetchSituation): boolean {
  const { fetchSeconds, handoverSeconds } = timing;
  return arePeersNear && copies > 0 && secondsSinceCopy < fetchSeconds + NEAR_HANDOVERS * handoverSeconds;
}

/**
 * Whether the transfer that is under way brings the segment no later than a fetch would. On a line with room for a fetch
 * later on, in time is enough.
 */
function isTransferBetter({ transfer, timing, room, overtakenSeconds }: FetchSituation): boolean {
  if (!transfer) return false;
  const { secondsToNeed } = timing;
  // One that was overtaken tells more of the line as it is now.
  const fetchSeconds = Math.max(timing.fetchSeconds, overtakenSeconds);
  const isYetToBeJudged = transfer.seconds < TRIAL_SECONDS;
  if (isYetToBeJudged && fetchSeconds > Math.max(secondsToNeed, SLOW_FETCH_SECONDS)) return true;
  const secondsInTime = room === "ample" ? secondsToNeed - TRANSFER_SAFETY_SECONDS : 0;
  return MAY_TAKE_LONGER * transfer.secondsToFinish < Math.max(fetchSeconds, secondsInTime);
}
