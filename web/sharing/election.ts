/**
 * Decides who fetches a new segment from the CDN, and when. See docs/sharing.md.
 *
 * Every viewer scores itself and the peers it is connected with by the same hash of peer id and segment. The lowest
 * score among those it sees is the segment's fetcher. The others wait for the segment to come from a peer, and step
 * in by rank when the time left says so. Nothing is sent to agree on this. The scheme is rendezvous hashing (Thaler
 * and Ravishankar, "A Name-Based Mapping Scheme for Rendezvous", 1996), with the segment as the key.
 */

import { inMainSwarm } from "./peer-id.ts";

/** Where a viewer stands for one segment among those it is connected with. */
export interface Standing {
  /** How many of them come before it; 0 makes it the fetcher. */
  rank: number;
  /** Its own score, 0 to 1. */
  score: number;
  /** How many could fetch in its stead. */
  peers: number;
  /** How many need the segment as well, those that can't fetch for others among them. */
  everyone: number;
  /** It is connected with everyone in the swarm, so that it hears of whoever fetches. */
  seesEveryone?: boolean;
}

export interface SegmentTiming {
  segmentSeconds: number;
  /** Since the segment appeared in this viewer's playlist. */
  secondsSinceSeen: number;
  /** Until the player runs dry without this segment. */
  secondsToNeed: number;
  /** What fetching it from the CDN should take, by the throughput seen lately. */
  fetchSeconds: number;
  /** By how much longer it may take: what else is on its way comes first, and fetches lately took longer than expected. */
  extraSeconds: number;
  /** What a segment takes from one viewer to the next, as seen lately. */
  handoverSeconds: number;
  /** Share of the longest hold-back that this viewer waits, 0 to 1 (hold-back.ts). */
  holdBackShare: number;
}

/** Kept free before the moment of need: appending, a late timer, a burst of loss. */
export const SAFETY_SECONDS = 0.8;

/**
 * A holder serves one peer at a time (uploads.ts), so twice as many would hold the segment after each handover, if each
 * found another to serve at once. Six in ten do, in the simulation.
 */
const HANDED_ON = 0.6;

/** Where everyone sees everyone, the next in rank steps in after this at the earliest, unless somebody fetches. */
const SHORTEST_STEP_SECONDS = 0.6;

/** Handovers that must still fit in after the longest hold-back. */
const HANDOVERS_AFTER_HOLDING = 3;

/** Backups begin when this share of the time has passed, and spread over the rest. */
const BACKUPS_FROM = 0.75;
/** Where everyone sees everyone, they are few, and one may wait longer for what is known to be on its way. */
const BACKUPS_AMONG_ALL_FROM = 0.9;

/** Backups beyond this rank all go last. */
const BACKUP_RANKS = 3;

/** A fetcher's hold-back ends before the first backup steps in. */
const HOLDING_SHARE = 0.6;
const LONGEST_HOLD_SECONDS = 3;

/**
 * A number in [0, 1) that every viewer computes alike. FNV-1a, then the finalizer of MurmurHash3, since peer
 * ids and sequence numbers differ in few characters and must still spread evenly.
 */
export function scoreOf(peerId: string, segment: string): number {
  let hash = 0x811c9dc5;
  const key = `${peerId}|${segment}`;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * Where `self` stands for a segment among itself and its peers. Equal scores fall to the smaller id. A viewer has the
 * same score for the video and the audio of a number, so that one viewer fetches both, and their signatures once.
 */
export function standingOf(
  self: string,
  peers: Iterable<string>,
  segment: string,
  everyone?: number,
): Standing {
  const score = scoreOf(inMainSwarm(self), segment);
  let rank = 0;
  let count = 0;
  for (const peerId of peers) {
    const theirs = scoreOf(inMainSwarm(peerId), segment);
    if (theirs < score || (theirs === score && peerId < self)) rank += 1;
    count += 1;
  }
  return { rank, score, peers: count, everyone: Math.max(everyone ?? 0, count) };
}

/**
 * Seconds from now until this viewer fetches a segment that nobody is known to hold or fetch. Zero or less means now.
 * Who sees everyone has nobody to hold back for, and hears of whoever goes first.
 */
export function secondsToFetch(standing: Standing, timing: SegmentTiming): number {
  if (standing.peers === 0) return 0;
  return waitFor(standing, timing) - timing.secondsSinceSeen;
}

function waitFor(standing: Standing, timing: SegmentTiming): number {
  const room = roomFor(timing);
  const isFetcher = standing.rank < fetchersAmong(standing, timing);
  if (standing.seesEveryone)
    return isFetcher ? 0 : Math.min(standing.rank * stepSeconds(standing, timing), room);
  return isFetcher ? holdBack(standing, room, timing) : backupWait(standing, room);
}

/**
 * Playlists show a segment to some up to its length later than to others. Who has the time waits for a fetcher as long as
 * that, so that the work goes round; where a copy takes long to reach everyone, it is better that somebody begins.
 */
function stepSeconds(standing: Standing, timing: SegmentTiming): number {
  // One holder that serves everyone in turn is the slowest way.
  const handovers = Math.min(standing.everyone, Math.log(standing.everyone + 1) / Math.log(growth(standing)));
  const slack = roomFor(timing) - handovers * timing.handoverSeconds;
  return Math.min(timing.segmentSeconds, Math.max(SHORTEST_STEP_SECONDS, slack));
}

/** Seconds from now until a fetch from the CDN can no longer be put off without risking a stall. */
export function secondsToLastMoment({ secondsToNeed, fetchSeconds, extraSeconds }: SegmentTiming): number {
  return secondsToNeed - SAFETY_SECONDS - fetchSeconds - extraSeconds;
}

/** Seconds from a segment's appearance until that last moment. */
export function roomFor(timing: SegmentTiming): number {
  return Math.max(0, secondsToLastMoment(timing) + timing.secondsSinceSeen);
}

/**
 * How many should fetch at once. One is enough as long as its copy can reach everyone in time. Where uplinks are slow
 * for the time there is, it can't, and those it wouldn't reach would all fetch at the last moment: better a second
 * fetcher at once, or a third. Where everyone sees everyone, those few see in time whom it won't reach.
 */
export function fetchersAmong(standing: Omit<Standing, "rank" | "score">, timing: SegmentTiming): number {
  if (standing.seesEveryone) return 1;
  const handovers = roomFor(timing) / timing.handoverSeconds;
  return Math.max(1, Math.round((standing.everyone + 1) / growth(standing) ** handovers));
}

/** By what factor those who hold a segment become more with each handover. */
function growth({ peers, everyone }: Omit<Standing, "rank" | "score">): number {
  return 1 + HANDED_ON * (everyone === 0 ? 0 : peers / everyone);
}

/**
 * A fetcher is only sure to be the lowest of those it sees; elsewhere in the swarm sit others like it. So only
 * the very lowest, one in the square of those it sees, fetches at once. The others give that copy time to
 * reach them, and then go by their scores, spread logarithmically: the shape that keeps few those who go early
 * however many wait (Nonnenmacher and Biersack's timers for multicast feedback).
 */
function holdBack({ score, peers }: Standing, room: number, timing: SegmentTiming): number {
  const crowd = (peers + 1) ** 2;
  if (score <= 1 / crowd) return 0;
  const longest = Math.min(
    LONGEST_HOLD_SECONDS,
    HOLDING_SHARE * room,
    Math.max(0, room - HANDOVERS_AFTER_HOLDING * timing.handoverSeconds),
  );
  const place = 1 + Math.log(score) / Math.log(crowd);
  return timing.holdBackShare * longest * (0.7 + 0.3 * place);
}

/**
 * Seconds from a segment's appearance until a backup fetches it. Backups stand in line by rank; the score spreads those
 * who have one rank among different peers.
 */
export function backupWait({ rank, score, seesEveryone }: Standing, room: number): number {
  const place = Math.min(1, (rank - 1 + score) / BACKUP_RANKS);
  const from = seesEveryone ? BACKUPS_AMONG_ALL_FROM : BACKUPS_FROM;
  return room * (from + (1 - from) * place);
}
