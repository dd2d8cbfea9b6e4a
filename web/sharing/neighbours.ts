/** Those whom a viewer is connected with in one swarm and who may be counted on to fetch. */

import { standsForElection } from "./peer-id.ts";

/** What a new neighbour holds is known a moment after it connects. */
const ACQUAINTANCE_SECONDS = 0.5;

/** The engine keeps a swarm that was left for five seconds; closing takes a moment more. */
const LEFT_SECONDS = 7;

/** Times are seconds on the clock of `performance.now()`. */
export class Neighbours {
  readonly #since = new Map<string, number>();
  // Connections of a swarm that was left close some seconds later, under the same peer ids as new ones.
  #left: { peerIds: ReadonlySet<string>; until: number } = { peerIds: new Set(), until: 0 };

  get count(): number {
    return this.#since.size;
  }

  get peerIds(): string[] {
    return [...this.#since.keys()];
  }

  connected(peerId: string, at: number): void {
    if (standsForElection(peerId)) this.#since.set(peerId, at);
  }

  /** The engine may tell of one end several times. */
  closed(peerId: string, at: number): void {
    if (at < this.#left.until && this.#left.peerIds.has(peerId)) return;
    this.#since.delete(peerId);
  }

  /** The viewer goes to another swarm. */
  leave(at: number): void {
    this.#left = { peerIds: new Set(this.#since.keys()), until: at + LEFT_SECONDS };
    this.#since.clear();
  }

  /** The engine has ended, and every connection with it. */
  end(): void {
    this.#left = { peerIds: new Set(), until: 0 };
    this.#since.clear();
  }

  /** Whether there is one whose announcements have had the time to come in. */
  isAmongPeers(at: number): boolean {
    return [...this.#since.values()].some((since) => at - since > ACQUAINTANCE_SECONDS);
  }
}
