/** Which of a rendition's segments are due to be fetched from the CDN, and when the next one is. */

import { roomOn, secondsOfOthers } from "./downlink-budget.ts";
import { decideFetch, type FetchSituation } from "./fetch-decision.ts";
import { fetchSeconds } from "./geometry.ts";
import type { Moment } from "./moment.ts";
import {
  isAhead,
  isToBeFetched,
  type Segment,
  secondsToFinish,
  secondsToNeed,
  setHeldBack,
  transferOf,
} from "./segment-state.ts";
import type { SwarmPeers } from "./swarm-peers.ts";

/** The swarm that a rendition is shared in, as this viewer knows it. */
export interface SwarmView {
  rendition: string;
  /** This viewer's peer id. */
  self: string;
  peers: SwarmPeers;
  /** Whether this viewer may be elected. */
  mayFetch: boolean;
  /** What a segment takes from one viewer to the next. */
  handoverSeconds: number;
  holdBackShare: number;
}

export interface FetchPlan {
  /** In the playlist's order. */
  due: Segment[];
  /** Infinite when nothing is wanted. */
  nextInSeconds: number;
}

/** Once the CDN works again, a failed fetch is retried within this time of its failure. */
const LONGEST_RETRY_ONCE_BACK_SECONDS = 1;

/** Looks at each segment that is missing and will be wanted; notes on it whether it is held back. */
export function planFetches(
  segments: readonly Segment[],
  swarm: SwarmView,
  moment: Readonly<Moment>,
): FetchPlan {
  const plan: FetchPlan = { due: [], nextInSeconds: Number.POSITIVE_INFINITY };
  const common = commonSituation(swarm, moment);
  for (const segment of segments) {
    const seconds = secondsUntilNeeded(segment, moment);
    if (seconds === null) continue;
    const inSeconds = secondsUntilFetch(segment, seconds, { common, segments, swarm, moment });
    if (inSeconds > 0) plan.nextInSeconds = Math.min(plan.nextInSeconds, inSeconds);
    else plan.due.push(segment);
  }
  return plan;
}

/** Null for what is held, being fetched, or not wanted. */
function secondsUntilNeeded(segment: Segment, moment: Readonly<Moment>): number | null {
  const { awaitedSequence, settings } = moment;
  if (!isToBeFetched(segment)) return null;
  const isDemanded = segment.demands.size > 0;
  const isAwaited = segment.listed.sequence === awaitedSequence && settings.fetchesAhead;
  const seconds = secondsToNeed(segment, moment);
  if (seconds === null) return isDemanded || isAwaited ? 0 : null;
  const isSoon = isAhead(segment, moment) && seconds < settings.peerWindowSeconds;
  return isDemanded || (isSoon && settings.fetchesAhead) ? seconds : null;
}

/** What holds for every segment at this moment. */
type CommonSituation = Pick<
  FetchSituation,
  "self" | "candidates" | "sharingPeers" | "mayFetch" | "room" | "seesEveryone" | "isSettled" | "arePeersNear"
>;

function commonSituation(
  { self, peers, mayFetch, rendition }: SwarmView,
  moment: Readonly<Moment>,
): CommonSituation {
  const { now, settledAt, downlink } = moment;
  return {
    self,
    candidates: peers.candidates,
    sharingPeers: peers.sharing,
    mayFetch,
    room: roomOn(rendition, moment),
    seesEveryone: peers.seesEveryone,
    isSettled: now > settledAt && !peers.isAboutToHear(now),
    arePeersNear: downlink.arePeersNear(now),
  };
}

interface Surroundings {
  common: CommonSituation;
  segments: readonly Segment[];
  swarm: SwarmView;
  moment: Readonly<Moment>;
}

function secondsUntilFetch(
  segment: Segment,
  secondsUntilNeed: number,
  { common, segments, swarm, moment }: Surroundings,
): number {
  const { now, guardLevel, settings } = moment;
  const retryAt = retryTime(segment, moment);
  if (now < retryAt) return retryAt - now;
  if (guardLevel === "cdn-only" || segment.isDistrusted) return 0;
  const { sequence } = segment.listed;
  const downlink = moment.downlink.estimate(swarm.rendition);
  const transfer = transferOf(segment);
  const { inSeconds, isHoldingBack } = decideFetch({
    ...common,
    candidates: segment.isElectable ? swarm.peers.candidatesAt(segment.seenAt) : common.candidates,
    sequence,
    isElectable: segment.isElectable,
    copies: swarm.peers.copies(sequence),
    secondsSinceCopy: now - swarm.peers.firstCopyAt(sequence, now),
    timing: {
      segmentSeconds: settings.segmentSeconds,
      secondsSinceSeen: now - segment.seenAt,
      secondsToNeed: secondsUntilNeed,
      fetchSeconds: fetchSeconds(downlink),
      extraSeconds:
        secondsOfOthers(segment, segments, swarm.rendition, moment) + moment.downlink.latenessSeconds(now),
      handoverSeconds: swarm.handoverSeconds,
      holdBackShare: swarm.holdBackShare,
    },
    transfer: transfer && {
      seconds: now - transfer.startedAt,
      secondsToFinish: secondsToFinish(transfer, downlink.segmentBytes, now),
    },
    overtakenSeconds: segment.overtakenSeconds ?? 0,
  });
  setHeldBack(segment, isHoldingBack);
  return inSeconds;
}

function retryTime({ failure }: Segment, { cdnReachedAt }: Readonly<Moment>): number {
  if (!failure) return 0;
  const isBack = cdnReachedAt > failure.at;
  return isBack ? Math.min(failure.retryAt, failure.at + LONGEST_RETRY_ONCE_BACK_SECONDS) : failure.retryAt;
}
