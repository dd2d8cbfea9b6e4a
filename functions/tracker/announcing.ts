// Decides what an announce leads to: the seat it takes or keeps, the reply, and whose browsers get its offers.
import { type Candidates, pickReceivers } from "./matchmaking.ts";
import type { Announce, Message } from "./messages.ts";
import { intervalSeconds, type Need, offersWanted } from "./pacing.ts";
import { type Connection, connectionLifeSeconds, type Sample, type Seat, type Sitter } from "./swarms.ts";

/** A message and the seat that it is for; without a seat it is for the sender. */
export interface Post {
  readonly to: Sitter | null;
  readonly message: Message;
}

/** What is known when an announce is decided on. */
export interface Situation {
  readonly connection: Connection;
  /** The seat that this connection holds for this peer id, if any. */
  readonly seat: Seat | undefined;
  readonly swarm: Sample;
  readonly candidates: Candidates;
  readonly nowSeconds: number;
  /** In [0, 1). */
  readonly random: () => number;
}

export interface Decision {
  /** To be taken or renewed before anything is sent; null when the seat is good as it is. */
  readonly seat: Seat | null;
  /** In the order in which they should go out: the reply before the offers. */
  readonly posts: readonly Post[];
}

export function decideAnnounce(announce: Announce, situation: Situation): Decision {
  const { random, nowSeconds } = situation;
  const { infoHash, peerId, offers, numwant } = announce;
  const need = needOf(announce, situation);
  const interval = intervalSeconds(need, random);
  const wanted = Math.min(offersWanted(need), numwant, offers.length);
  const receivers = pickReceivers(peerId, situation.candidates, wanted, random);
  const { complete, incomplete } = countsWithSender(announce, situation);
  const reply: Post = {
    to: null,
    message: { action: "announce", interval, info_hash: infoHash, complete, incomplete },
  };
  const relayed = offers.slice(0, receivers.length).flatMap(({ offer, offerId }, index): Post[] => {
    const to = receivers[index];
    const message: Message = {
      action: "announce",
      offer,
      offer_id: offerId,
      peer_id: peerId,
      info_hash: infoHash,
    };
    return to ? [{ to, message }] : [];
  });
  return { seat: seatToTake(announce, situation, nowSeconds, interval), posts: [reply, ...relayed] };
}

function needOf({ event }: Announce, { seat, swarm, nowSeconds }: Situation): Need {
  const count = swarm.complete + swarm.incomplete;
  if (seat === undefined) {
    return { arrival: event === "started" ? "fresh" : "returning", seatedSeconds: 0, others: count };
  }
  const seatedSeconds = Math.max(0, nowSeconds - seat.takenAt);
  return { arrival: null, seatedSeconds, others: Math.max(0, count - 1) };
}

/**
 * A seat just taken is on probation until its viewer announces again, since players that try a rendition and leave it
 * don't say so. Then it holds for as long as its connection can live, and costs no more writes.
 */
function seatToTake(
  { infoHash, peerId, event, isSeeder }: Announce,
  { connection, seat }: Situation,
  nowSeconds: number,
  interval: number,
): Seat | null {
  const probationEnds = Math.ceil(nowSeconds + 1.5 * interval + 60);
  if (seat && seat.expiresAt >= probationEnds && event !== "completed") return null;
  const expiresAt = seat ? Math.ceil(nowSeconds + connectionLifeSeconds) : probationEnds;
  const takenAt = seat?.takenAt ?? Math.floor(nowSeconds);
  return { infoHash, peerId, connection, isSeeder: isSeeder || event === "completed", takenAt, expiresAt };
}

/** The swarm's size with the sender in it, who may take its seat only now, or from another connection. */
function countsWithSender({ isSeeder, peerId }: Announce, { seat, swarm }: Situation) {
  const isNew = seat === undefined && !swarm.seats.some((one) => one.peerId === peerId);
  return {
    complete: swarm.complete + (isNew && isSeeder ? 1 : 0),
    incomplete: swarm.incomplete + (isNew && !isSeeder ? 1 : 0),
  };
}
