/** The interface to a store of swarms; both stores pass the same contract (swarms.test.ts). */
import type { Locality } from "./locality.ts";

/** The longest that API Gateway keeps a connection open, and a quarter of an hour more. */
export const CONNECTION_LIFE_SECONDS = 2.25 * 3600;

/** A viewer's connection to the tracker. It may hold seats in several swarms, under a peer id of its own in each. */
export interface Connection {
  readonly id: string;
  readonly locality: Locality;
  /** The viewer's id, as its ticket says; stores don't keep it. */
  readonly viewer?: string;
  /** What the info hashes of its channel's swarms begin with, as the edge said when it connected; not kept either. */
  readonly swarm?: string;
}

/** A viewer in one swarm: as much of its seat as sending it a message takes. */
export interface Occupant {
  readonly infoHash: string;
  readonly peerId: string;
  readonly connection: Connection;
  /** When its seat lapses, in epoch seconds. A store never returns a lapsed seat. */
  readonly expiresAt: number;
  /** How many others the swarm had when the viewer was last helped to peers; null where a ring doesn't tell. */
  readonly othersWhenHelped: number | null;
}

/** A viewer's seat in one swarm. It is in three rings: of its address (lan), of its network (net) and of the world. */
export interface Seat extends Occupant {
  /** The viewer has all of the content, as a WebTorrent client says with `left: 0`; a live viewer never has. */
  readonly isSeeder: boolean;
  /** When it was first taken, in epoch seconds. */
  readonly takenAt: number;
  readonly othersWhenHelped: number;
  /** When the viewer was last helped to peers, in epoch seconds. */
  readonly helpedAt: number;
}

/** Distinct seats of a swarm, picked at random, and the size of the swarm. */
export interface Sample {
  readonly seats: readonly Seat[];
  readonly complete: number;
  readonly incomplete: number;
  /** The sample shows the whole swarm. */
  readonly isWhole: boolean;
}

/**
 * `start`, a random number in [0, 1), picks where a sample begins. Every method rejects with `Throttled` when the store
 * is overloaded, and with another error when it can't be reached.
 */
export interface Swarms {
  /** The seat of a peer, whichever connection holds it. */
  find(infoHash: string, peerId: string): Promise<Seat | undefined>;

  /**
   * Takes or renews a seat in all its rings. If another connection held the seat of this peer id, it loses it.
   * Resolves to the number of seats that the connection now holds.
   */
  take(seat: Seat): Promise<number>;

  /** Frees one seat if this connection holds it; resolves to whether it did. */
  leave(infoHash: string, peerId: string, connection: Connection): Promise<boolean>;

  /** Frees all seats of a connection; resolves to their number. Safe to repeat. */
  leaveAll(connection: Connection): Promise<number>;

  /** Seats of the swarm behind one address. */
  sampleLan(infoHash: string, lan: string, start: number): Promise<readonly Occupant[]>;

  /** Seats of the swarm in one network. */
  sampleNet(infoHash: string, net: string, start: number): Promise<readonly Occupant[]>;

  /** Seats of the whole swarm, and its size: exact while it is small, then an estimate within about a third. */
  sampleWorld(infoHash: string, start: number): Promise<Sample>;

  /** All seats of a small swarm in one round trip; undefined if the swarm is larger. */
  readAll(infoHash: string): Promise<Sample | undefined>;
}

/** The store is overloaded: leave out what can wait. */
export class Throttled extends Error {
  override readonly name = "Throttled";
}
