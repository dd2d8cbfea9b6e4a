/**
 * Keeps a viewer apart in a swarm that is too small to share. The tracker counts it, but it sends no offers and answers
 * none, so nobody else learns its address. Each swarm has a gate of its own.
 */

/** What a gate does with its swarm. */
export interface GatedSwarm {
  /** Announces to the tracker now, with offers if the gate is open. */
  announce(): void;
  /** Closes all connections, and those that are yet to open. */
  part(): void;
}

/** A stranger's offers must not make a viewer announce more often than this. */
const SECONDS_BETWEEN_QUESTIONS = 20;

export class SwarmGate {
  readonly #swarm: GatedSwarm;
  readonly #mayMeet: (viewers: number) => boolean;
  #isOpen: boolean;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `mayMeet` says whether a swarm of so many viewers, this one among them, shares. */
  constructor(swarm: GatedSwarm, mayMeet: (viewers: number) => boolean) {
    this.#swarm = swarm;
    this.#mayMeet = mayMeet;
    this.#isOpen = mayMeet(1);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The tracker counted the swarm. A count of nobody means that it doesn't know, and changes nothing. */
  counted(complete: unknown, incomplete: unknown): void {
    const viewers = viewersOf(complete, incomplete);
    if (viewers === null) return;
    const mayMeet = this.#mayMeet(viewers);
    if (mayMeet === this.#isOpen) return;
    this.#isOpen = mayMeet;
    if (mayMeet) this.#swarm.announce();
    else this.#swarm.part();
  }

  /**
   * An offer came and was dropped. Whoever sent it was told of enough viewers, so the tracker is asked for its count now
   * instead of with the next announce, which may be minutes away.
   */
  offered(): void {
    const now = performance.now() / 1000;
    if (now - this.#askedAt < SECONDS_BETWEEN_QUESTIONS) return;
    this.#askedAt = now;
    this.#swarm.announce();
  }
}

/** The number of viewers in a tracker's reply; null if it gives none, or doesn't know. */
export function viewersOf(complete: unknown, incomplete: unknown): number | null {
  if (!isCount(complete) || !isCount(incomplete)) return null;
  return complete + incomplete || null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
