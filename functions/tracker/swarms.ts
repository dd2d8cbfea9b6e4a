// The promise that a store of swarms keeps to the tracker; both stores are held to it by swarms.test.ts.
import type { Place } from "./place.ts";

/** The longest that API Gateway lets a connection live, and a quarter of an hour more. */
export const connectionLifeSeconds = 2.25 * 3600;

/** A viewer's connection to the tracker. It may sit in several swarms, under a peer id of its own in each. */
export interface Connection {
  readonly id: string;
  readonly place: Place;
}

/** A viewer in one swarm, as far as one must know it to send it something. */
export interface Sitter {
  readonly infoHash: string;
  readonly peerId: string;
  readonly connection: Connection;
  /** From when on its seat is nobody's, in epoch seconds. A store never returns a lapsed seat. */
  readonly expiresAt: number;
  /** How many others there were when it was last helped to neighbours, by estimate; null where a ring doesn't tell. */
  readonly met: number | null;
}

/** All that is known of a viewer in one swarm. It sits behind its address (lan), in its network (net) and in the world. */
export interface Seat extends Sitter {
  /** Has the whole of the content, as a WebTorrent client says with `left: 0`; a live viewer never has. */
  readonly isSeeder: boolean;
  /** When it was first taken, in epoch seconds. */
  readonly takenAt: number;
  readonly met: number;
  /** When that was, in epoch seconds. */
  readonly metAt: number;
}

/** Some seats of a ring, distinct and by chance, and how many there are in all. */
export interface Sample {
  readonly seats: readonly Seat[];
  readonly complete: number;
  readonly incomplete: number;
}

/**
 * `start`, in [0, 1), is the chance that picks where a sample begins. Every method rejects with `Throttled` when the
 * store asks for patience, and with another error when it can't be reached.
 */
export interface Swarms {
  /** The seat of a peer, whichever connection holds it. */
  find(infoHash: string, peerId: string): Promise<Seat | undefined>;

  /**
   * Takes or renews a seat in all its rings. Whoever sat there under this peer id on another connection loses it.
   * Resolves to the number of seats that the connection now holds.
   */
  take(seat: Seat): Promise<number>;

  /** Gives one seat up, if this connection holds it; resolves to whether it did. */
  leave(infoHash: string, peerId: string, connection: Connection): Promise<boolean>;

  /** Gives up all that a connection holds; resolves to the number of seats. Safe to repeat. */
  leaveAll(connection: Connection): Promise<number>;

  /** Seats of the swarm behind one address. */
  sampleLan(infoHash: string, lan: string, start: number): Promise<readonly Sitter[]>;

  /** Seats of the swarm in one network. */
  sampleNet(infoHash: string, net: string, start: number): Promise<readonly Sitter[]>;

  /** Seats of the whole swarm, and its size: exact while it is small, else an estimate within a third or so. */
  sampleWorld(infoHash: string, start: number): Promise<Sample>;
}

/** The store asks for patience: what can wait should be shed. */
export class Throttled extends Error {
  override readonly name = "Throttled";
}
