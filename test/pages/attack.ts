/** What a test tells hostile peers in a page, and hears of them. */

export interface Swarm {
  tracker: string;
  /** In hexadecimal. */
  infoHash: string;
  /** The stream, and where its signatures are. */
  playlist: string;
  signatures: string;
  /** The peer ids of those who are attacked, in hexadecimal. */
  viewers: string[];
}

/** What became of an attack. */
export interface AttackStatus {
  /** Peer ids of the viewers with whom a connection opened, and of those who asked for a segment. */
  met: string[];
  askedBy: string[];
  /** Connections that are open now. */
  open: number;
  failures: string[];
}
