/**
 * Who fetches a new segment from the CDN, and when. See docs/sharing.md.
 *
 * Every viewer scores itself and the viewers it is connected with by the same hash of peer id and segment.
 * The lowest score among those it sees makes it the segment's fetcher. The others wait for the segment to
 * come from a peer, and step in by rank only when the time left says so. Nothing is sent to agree on this.
 */

/** What a viewer knows when it asks whether it is its turn. */
export interface Standing {
  /** How many of the viewers it is connected with come before it; 0 makes it the fetcher. */
  rank: number;
  /** Its own score for this segment, 0 to 1. */
  score: number;
  /** How many viewers it is connected with that could fetch in its place. */
  neighbours: number;
}

export interface Prospects {
  /** Since the segment appeared in this viewer's playlist. */
  secondsSinceSeen: number;
  /** Until the player runs dry without this segment. */
  secondsToNeed: number;
  /** What fetching it from the CDN should take, by the throughput seen lately. */
  fetchSeconds: number;
  /** What handing a held segment to a peer takes: hearing of it, asking, receiving. */
  handoverSeconds: number;
  /** The longest that a fetcher may hold back in case it is only one of several. */
  patienceSeconds: number;
}

/** Kept free before the moment of need: appending, a late timer, a burst of loss. */
export const SAFETY_SECONDS = 0.8;

/** Behind this rank backups are too many to be worth keeping apart. */
const BACKUP_STEPS = 3;

/**
 * A number in [0, 1) that every viewer computes alike. FNV-1a, then the finalizer of MurmurHash3, since peer
 * ids and sequence numbers differ in few characters and must still spread evenly.
 */
export function scoreOf(peerId: string, segment: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${peerId}|${segment}`) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
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
  const lastMoment = secondsToLastMoment(prospects);
  if (standing.rank === 0) {
    return Math.min(holdBack(standing, prospects.patienceSeconds) - prospects.secondsSinceSeen, lastMoment);
  }

  // Backups stand in line before the last moment, far enough apart for one to fetch and hand over before the
  // next steps in. The score spreads viewers who have the same rank among different neighbours.
  const step = prospects.fetchSeconds + prospects.handoverSeconds;
  const stepsBefore = Math.max(0, BACKUP_STEPS - standing.rank);
  return lastMoment - (stepsBefore + 1 - standing.score) * step;
}

/** Seconds from now until a fetch from the CDN can no longer be put off without risking a stall. */
export function secondsToLastMoment({ secondsToNeed, fetchSeconds }: Prospects): number {
  return secondsToNeed - SAFETY_SECONDS - fetchSeconds;
}

/**
 * A fetcher is only sure to be the lowest of those it sees; elsewhere in the swarm sit others like it. So it
 * holds back for a while that grows with its score: the lowest of all fetches almost at once, and its copy
 * reaches most of the others before their own time is up. The wait grows with the logarithm of the score, the
 * shape that keeps the number who fire early nearly the same however many wait (Nonnenmacher and Biersack's
 * timers for multicast feedback).
 */
function holdBack({ score, neighbours }: Standing, patienceSeconds: number): number {
  const crowd = (neighbours + 1) ** 3;
  const place = Math.max(score, 1 / crowd);
  return patienceSeconds * (1 + Math.log(place) / Math.log(crowd));
}
