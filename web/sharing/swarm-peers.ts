/** The peers of one swarm: who is connected, what they hold and fetch, and who may be a segment's fetcher. */

import { FetchPromises } from "./fetch-promises.ts";
import { standsForElection } from "./peer-id.ts";
import type { PeerAnnouncement } from "./scheduler-events.ts";

/** A new peer's first announcement, which says what it holds, arrives within this time. */
const FIRST_ANNOUNCEMENT_SECONDS = 0.5;

/** Of more segments than any window holds nobody needs to know since when they are there. */
const MOST_COPIES_KNOWN = 1000;

/**
 * A peer that plays comes to hold segments as fast as this viewer does. Who lags so many behind is elected in vain: a
 * stranger, perhaps, who is there to keep everyone waiting.
 */
const MOST_BEHIND = 8;

interface Peer {
  connectedAt: number;
  hasAnnounced: boolean;
  held: ReadonlySet<number>;
  /** What it is believed to be fetching. */
  fetching: ReadonlySet<number>;
  promises: FetchPromises;
  mayFetch: boolean;
  /** How many segments this viewer had come to hold when the peer last did, or began to fetch one. */
  keptUpAt: number;
  /** It wasted a transfer, and has brought nothing since: what it says is not to be waited for. */
  isDoubted: boolean;
}

/** Times are seconds on the scheduler's clock. */
export class SwarmPeers {
  readonly #peers = new Map<string, Peer>();
  /** How many others the tracker last counted, and whom this viewer has been connected with since. */
  #othersCounted: number | null = null;
  readonly #met = new Set<string>();
  /** How many segments this viewer has come to hold. */
  #ownSegments = 0;
  /** By sequence number, the oldest first. */
  readonly #copiesSince = new Map<number, number>();

  /**
   * Peers that share. Those that only download aren't among them: they never fetch for others. Nor are those that have
   * said nothing yet, since an honest peer says what it holds as it connects; that don't keep up; or that are doubted.
   */
  get sharing(): string[] {
    return [...this.#peers].flatMap(([peerId, { hasAnnounced, isDoubted, keptUpAt }]) => {
      const keepsUp = this.#ownSegments - keptUpAt <= MOST_BEHIND;
      return hasAnnounced && !isDoubted && keepsUp && standsForElection(peerId) ? [peerId] : [];
    });
  }

  get count(): number {
    return this.sharing.length;
  }

  /** Nobody is connected. */
  get isEmpty(): boolean {
    return this.#peers.size === 0;
  }

  /** Those who may be elected to fetch now. */
  get candidates(): string[] {
    return this.sharing.filter((peerId) => this.#peers.get(peerId)?.mayFetch);
  }

  /**
   * Those of them who may stand for a segment that appeared then. To who connected since it may be older than its first
   * connection, and is then left to those who were there.
   */
  candidatesAt(seenAt: number): string[] {
    return this.candidates.filter((peerId) => {
      const peer = this.#peers.get(peerId);
      return peer !== undefined && hasHadTimeToAnnounce(peer, seenAt);
    });
  }

  /** Whether this viewer is connected with all the others that the tracker knows of. */
  get seesEveryone(): boolean {
    return this.#othersCounted !== null && this.#met.size >= this.#othersCounted;
  }

  connected(peerId: string, at: number): void {
    const nothing = new Set<number>();
    const silent = {
      hasAnnounced: false,
      held: nothing,
      fetching: nothing,
      mayFetch: true,
      isDoubted: false,
    };
    const keptUpAt = this.#ownSegments;
    this.#peers.set(peerId, { connectedAt: at, ...silent, keptUpAt, promises: new FetchPromises() });
    this.#met.add(peerId);
  }

  closed(peerId: string): void {
    this.#peers.delete(peerId);
  }

  /** Ignores what a peer says whose connection has closed. */
  announced({ peerId, held, fetching, mayFetch }: PeerAnnouncement, at: number): void {
    const peer = this.#peers.get(peerId);
    if (!peer) return;
    for (const sequence of mayFetch ? [...held, ...fetching] : held) {
      if (!this.#copiesSince.has(sequence)) this.#copiesSince.set(sequence, at);
    }
    this.#forgetOldCopies();
    const said = { held: new Set(held), mayFetch, hasAnnounced: true };
    peer.promises.said(new Set(fetching), said.held, at);
    const believed = peer.promises.believed(at);
    const isNew = (sequence: number) => !peer.held.has(sequence) && !peer.fetching.has(sequence);
    const keptUpAt = [...held, ...believed].some(isNew) ? this.#ownSegments : peer.keptUpAt;
    this.#peers.set(peerId, { ...peer, ...said, fetching: believed, keptUpAt });
  }

  /** The peer wasted a transfer. */
  doubt(peerId: string): void {
    this.#mark(peerId, true);
  }

  /** The peer sent a whole segment. */
  believe(peerId: string): void {
    this.#mark(peerId, false);
  }

  #mark(peerId: string, isDoubted: boolean): void {
    const peer = this.#peers.get(peerId);
    if (peer) peer.isDoubted = isDoubted;
  }

  /** This viewer came to hold another segment. */
  heldOneMore(): void {
    this.#ownSegments += 1;
  }

  /** Whoever takes very long to fetch a segment won't bring it. Call this before asking for copies and fetchers. */
  expirePromises(now: number): void {
    for (const peer of this.#peers.values()) peer.fetching = peer.promises.believed(now);
  }

  /** The tracker counts this many viewers in the swarm, this one among them. */
  counted(viewers: number): void {
    this.#othersCounted = viewers - 1;
    this.#met.clear();
    for (const peerId of this.#peers.keys()) this.#met.add(peerId);
  }

  /** The viewer left the swarm. */
  clear(): void {
    this.#peers.clear();
    this.#met.clear();
    this.#othersCounted = null;
    this.#copiesSince.clear();
  }

  /** Whether there is a peer that has had the time to say what it holds. */
  isAmongPeers(at: number): boolean {
    return [...this.#peers].some(
      ([peerId, peer]) => standsForElection(peerId) && hasHadTimeToAnnounce(peer, at),
    );
  }

  /** When this viewer first heard of a copy; `now` if it hasn't. */
  firstCopyAt(sequence: number, now: number): number {
    return this.#copiesSince.get(sequence) ?? now;
  }

  #forgetOldCopies(): void {
    for (const sequence of this.#copiesSince.keys()) {
      if (this.#copiesSince.size <= MOST_COPIES_KNOWN) return;
      this.#copiesSince.delete(sequence);
    }
  }

  /** Whether a peer connected a moment ago and is yet to say what it holds. */
  isAboutToHear(at: number): boolean {
    return [...this.#peers.values()].some(
      ({ connectedAt, hasAnnounced }) => !hasAnnounced && at - connectedAt <= FIRST_ANNOUNCEMENT_SECONDS,
    );
  }

  /** The candidates that are fetching it. */
  fetchersOf(sequence: number): string[] {
    return this.candidates.filter((peerId) => this.#peers.get(peerId)?.fetching.has(sequence));
  }

  /** How many peers hold the segment, or are fetching it and may be counted on to pass it on. */
  copies(sequence: number): number {
    return [...this.#peers.values()].filter(
      ({ held, fetching, mayFetch, isDoubted }) =>
        !isDoubted && (held.has(sequence) || (mayFetch && fetching.has(sequence))),
    ).length;
  }
}

function hasHadTimeToAnnounce({ connectedAt }: Peer, at: number): boolean {
  return at - connectedAt > FIRST_ANNOUNCEMENT_SECONDS;
}
