/**
 * The shape of what is answered to `GET /ticket`: by the edge for open streams and renewals, by functions/tickets for who
 * enters a private one. The ticket itself is a JWT that only the edge reads.
 */

export interface TicketReply {
  /** Goes into the path of whatever needs one: `/t/TICKET/out/v1/…`, `/t/TICKET/tracker`, `/t/TICKET/ticket`. */
  readonly ticket: string;
  /** Ten characters that name the viewer for this visit, and begin the random part of its peer ids. */
  readonly viewer: string;
  /** Ten characters with which the info hashes of the channel's swarms begin. They change when tickets are revoked. */
  readonly swarm: string;
  /** How long the ticket is good for. */
  readonly seconds: number;
}

/** How a viewer may get into a private stream: with a header `x-shoal-pass: WAY VALUE` on `GET /ticket`. */
export type EntryWay = "password" | "link" | "token";

/** Why there is no ticket, with status 401, or 429 for `too-often`. */
export interface TicketRefusal {
  readonly reason: RefusalReason;
  /** What the stream takes; from the edge only. */
  readonly ways?: readonly EntryWay[];
}

export type RefusalReason =
  | "pass-needed" // the stream is private, and nothing that it takes was brought along
  | "wrong-password"
  | "link-unknown" // no link of this deployment's, or one that was cut short
  | "link-revoked"
  | "link-over" // its day is over
  | "link-full" // as many watch by it as may
  | "token-refused" // not by the site that the deployment trusts, or not for it
  | "token-over"
  | "too-often"; // too many tries from this network
