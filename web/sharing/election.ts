/**
 * Who fetches a new segment from the CDN, and when. See docs/sharing.md.
 *
 * Every viewer scores itself and the viewers it is connected with by the same hash of peer id and segment.
 * The lowest score among those it sees makes it the segment's fetcher. The others wait for the segment to
 * come from a peer, and step in by rank only when the time left says so. Nothing is sent to agree on this.
 */

/** Where a viewer stands for one segment among those it is connected with. */
export interface Standing {
  /** How many of them come before it; 0 makes it the fetcher. */
  rank: number;
  /** Its own score, 0 to 1. */
  score: number;
  /** How many could fetch in its place. */
  neighbours: number;
}

export interface Prospects {
  /** Since the segment appeared in this viewer's playlist. */
  secondsSinceSeen: number;
  /** Until the player runs dry without this segment. */
  secondsToNeed: number;
  /** What fetching it from the CDN should take, by the throughput seen lately. */
  fetchSeconds: number;
  /** What a segment takes from one viewer to the next, as seen lately. */
  handoverSeconds: number;
  /** How ready this viewer is to hold back, 0 to 1 (patience.ts). */
  patience: number;
}

/** Kept free before the moment of need: appending, a late timer, a burst of loss. */
export const SAFETY_SECONDS = 0.8;

/** One who holds a segment serves two others at a time (uploads.ts): three hold it after each handover. */
const GROWTH = 3;

/** Handovers that must still fit in after the longest wait of a fetcher. */
const HANDOVERS_AFTER_HOLDING = 3;

/** Backups begin when this much of the time there is has passed, and spread over the rest. */
const BACKUPS_FROM = 0.75;

/** Behind this rank backups are too many to be worth keeping apart. */
const BACKUP_RANKS = 3;

/** A fetcher is done waiting before the first backup steps in. */
const HOLDING_SHARE = 0.6;
const LONGEST_HOLD_SECONDS = 3;

/**
 * A number in [0, 1) that every viewer computes alike. FNV-1a, then the finalizer of MurmurHash3, since peer
 * ids and sequence numbers differ in few characters and must still spread evenly.
 */
export function scoreOf(peerId: string, segment: string): number {
  let hash = 0x811c9dc5;
  const key = `${peerId}|${segment}`;
  for (let place = 0; place < key.length; place += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(place), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Where `self` stands for a segment among itself and its neighbours. Equal scores fall to the smaller id. */
export function standingOf(self: string, neighbours: Iterable<string>, segment: string): Standing {
  const score = scoreOf(self, segment);
  let rank = 0;
  let count = 0;
  for (const peerId of neighbours) {
    const theirs = scoreOf(peerId, segment);
    if (theirs < score || (theirs === score && peerId < self)) rank += 1;
    count += 1;
  }
  return { rank, score, neighbours: count };
}

/**
 * Seconds from now until this viewer fetches the segment from the CDN, unless it has come from a peer by then
 * or is sure to come in time. Zero or less means now.
 */
export function secondsToTurn(standing: Standing, prospects: Prospects): number {
  if (standing.neighbours === 0) return 0;
  const room = Math.max(0, secondsToLastMoment(prospects) + prospects.secondsSinceSeen);
  const wait =
    standing.rank < fetchersAmong(standing.neighbours + 1, room, prospects)
      ? holdBack(standing, room, prospects)
      : backupWait(standing, room);
  return wait - prospects.secondsSinceSeen;
}

/** Seconds from now until a fetch from the CDN can no longer be put off without risking a stall. */
export function secondsToLastMoment({ secondsToNeed, fetchSeconds }: Prospects): number {
  return secondsToNeed - SAFETY_SECONDS - fetchSeconds;
}

/**
 * One fetcher is enough as long as its copy can reach everyone in time. Where uplinks are slow for the time
 * there is, it can't, and those it wouldn't reach would all fetch at the last moment: better a second
 * fetcher at once, or a third.
 */
function fetchersAmong(viewers: number, room: number, prospects: Prospects): number {
  const handovers = Math.floor(Math.max(0, room - prospects.fetchSeconds) / prospects.handoverSeconds);
  return Math.max(1, viewers / GROWTH ** handovers);
}

/**
 * A fetcher is only sure to be the lowest of those it sees; elsewhere in the swarm sit others like it. So only
 * the very lowest, one in the square of those it sees, fetches at once. The others give that copy time to
 * reach them, and then go by their scores, spread logarithmically: the shape that keeps few those who go early
 * however many wait (Nonnenmacher and Biersack's timers for multicast feedback).
 */
function holdBack({ score, neighbours }: Standing, room: number, prospects: Prospects): number {
  const crowd = (neighbours + 1) ** 2;
  if (score <= 1 / crowd) return 0;
  const longest = Math.min(
    LONGEST_HOLD_SECONDS,
    HOLDING_SHARE * room,
    Math.max(0, room - HANDOVERS_AFTER_HOLDING * prospects.handoverSeconds),
  );
  const place = 1 + Math.log(score) / Math.log(crowd);
  return prospects.patience * longest * (0.7 + 0.3 * place);
}

/** Backups stand in line by rank; the score spreads those who have one rank among different neighbours. */
function backupWait({ rank, score }: Standing, room: number): number {
  const place = Math.min(1, (rank - 1 + score) / BACKUP_RANKS);
  return room * (BACKUPS_FROM + (1 - BACKUPS_FROM) * place);
}
