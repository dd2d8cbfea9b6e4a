/** The shape of what the edge answers to `GET /ticket`; the ticket itself is a JWT that only the edge reads. */

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
