/** When a viewer turns to the CDN for one segment: the election, seen from where this viewer stands. */

import {
  type Prospects,
  SAFETY_SECONDS,
  secondsToLastMoment,
  secondsToTurn,
  standingOf,
} from "./election.ts";

export interface Situation {
  self: string;
  neighbours: readonly string[];
  /** False while connections to peers may still come up, soon after the start. */
  isSettled: boolean;
  shares: boolean;
  segment: string;
  /** Whether the segment appeared while this viewer was already among peers. */
  isElected: boolean;
  prospects: Prospects;
  /** A transfer from a peer that is under way. */
  transfer: { bytes: number; expectedBytes: number; seconds: number } | null;
}

export interface Turn {
  /** Seconds from now; zero or less means now. */
  inSeconds: number;
  /** It could fetch now, and lets a better placed viewer go first. */
  isHoldingBack: boolean;
}

/** A line on which a fetch takes more than this share of the time there is can't be the swarm's fetcher. */
const SLOW_SHARE = 0.35;

/** A running transfer is judged again after this. */
const RECHECK_SECONDS = 0.2;

export function turnFor(situation: Situation): Turn {
  const turn = turnByElection(situation);
  if (turn.inSeconds > 0 || !transferWillDo(situation)) return turn;
  return { inSeconds: RECHECK_SECONDS, isHoldingBack: false };
}

function turnByElection(situation: Situation): Turn {
  const { neighbours, isSettled, self, segment, shares, isElected } = situation;
  const { prospects, isSlow } = bounded(situation.prospects);
  const lastMoment = { inSeconds: secondsToLastMoment(prospects), isHoldingBack: false };
  if (neighbours.length === 0) return isSettled ? { inSeconds: 0, isHoldingBack: false } : lastMoment;
  // Peers hold what was there before this viewer came; a leech or a slow line would only make them wait.
  if (!isElected || !shares || isSlow) return lastMoment;
  const standing = standingOf(self, neighbours, segment);
  const inSeconds = secondsToTurn(standing, prospects);
  return { inSeconds, isHoldingBack: standing.rank === 0 && inSeconds > 0 };
}

/** A fetch that takes longer than the time there is would always be begun at once, hopeless as it is. */
function bounded(prospects: Prospects): { prospects: Prospects; isSlow: boolean } {
  const most = SLOW_SHARE * Math.max(0, prospects.secondsToNeed + prospects.secondsSinceSeen);
  if (prospects.fetchSeconds <= most) return { prospects, isSlow: false };
  return { prospects: { ...prospects, fetchSeconds: most }, isSlow: true };
}

/** At the speed so far the rest will be here in time. */
function transferWillDo({ transfer, prospects }: Situation): boolean {
  if (!transfer || transfer.bytes === 0) return false;
  const remaining = Math.max(0, transfer.expectedBytes - transfer.bytes);
  return (remaining / transfer.bytes) * transfer.seconds < prospects.secondsToNeed - SAFETY_SECONDS;
}
