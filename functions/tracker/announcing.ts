// Decides what an announce leads to: the seat it takes or keeps, the reply, and whose browsers get its offers.
import { type Candidates, pickReceivers } from "./matchmaking.ts";
import type { Announce, Message } from "./messages.ts";
import { intervalSeconds, isHelped, type Need, offersWanted } from "./pacing.ts";
import { type Connection, connectionLifeSeconds, type Sample, type Seat, type Sitter } from "./swarms.ts";

/** A message and the seat that it is for; without a seat it is for the sender. */
export interface Post {
  readonly to: Sitter | null;
  readonly message: Message;
}

/** What is known when an announce is decided on. */
export interface Situation {
  readonly connection: Connection;
  /** The seat of this peer id, if any; another connection may hold it. */
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
  const { random } = situation;
  const { infoHash, peerId, offers, numwant } = announce;
  const need = needOf(announce, situation);
  const interval = intervalSeconds(need, random);
  const wanted = Math.min(offersWanted(need), numwant, offers.length);
  const receivers = pickReceivers(peerId, situation.candidates, need.others, wanted, random);
  const { complete, incomplete } = countsWithSender(announce, situation);
  const reply: Post = {
    to: null,
    message: { action: "announce", interval, info_hash: infoHash, complete, incomplete },
  };
  const posts: Post[] = [reply];
  for (const [index, { offer, offerId }] of offers.entries()) {
    const to = receivers[index];
    if (!to) break;
    const from = { offer_id: offerId, peer_id: peerId, info_hash: infoHash };
    posts.push({ to, message: { action: "announce", offer, ...from } });
  }
  return { seat: seatToTake(announce, situation, need, interval), posts };
}

function needOf({ event, peerId }: Announce, { connection, seat, swarm, nowSeconds }: Situation): Need {
  const count = swarm.complete + swarm.incomplete;
  const unchanged = { metSeconds: 0, growth: 1, stayed: 1 };
  if (!sits(connection, seat)) {
    // A seat that another connection still holds was left without a word: its viewer changed networks, and lost all.
    const arrival = event === "started" || seat ? "fresh" : "returning";
    return { arrival, seatedSeconds: 0, others: Math.max(0, count - (seat ? 1 : 0)), ...unchanged };
  }
  const seatedSeconds = Math.max(0, nowSeconds - seat.takenAt);
  const seen = swarm.seats.filter((other) => other.peerId !== peerId);
  // When the store is too busy to show anybody, nobody is taken to have left.
  if (seen.length === 0) return { arrival: null, seatedSeconds, others: 0, ...unchanged };
  const others = Math.max(seen.length, count - 1);
  const growth = others / Math.max(1, seat.met);
  const old = seen.filter((other) => other.takenAt <= seat.metAt);
  const stayed = (growth * old.length) / seen.length;
  return { arrival: null, seatedSeconds, metSeconds: nowSeconds - seat.metAt, others, growth, stayed };
}

function sits(connection: Connection, seat: Seat | undefined): seat is Seat {
  return seat?.connection.id === connection.id;
}

/**
 * A seat just taken is on probation until its viewer announces again, since players that try a rendition and leave it
 * don't say so. Then it holds for as long as its connection can live, and is written again only when it is helped.
 */
function seatToTake(
  { infoHash, peerId, event, isSeeder }: Announce,
  { connection, seat, nowSeconds }: Situation,
  need: Need,
  interval: number,
): Seat | null {
  const now = Math.floor(nowSeconds);
  const probationEnds = Math.ceil(nowSeconds + 1.5 * interval + 60);
  const hasDone = isSeeder || event === "completed";
  const taken = { infoHash, peerId, connection, isSeeder: hasDone, met: need.others, metAt: now };
  if (!sits(connection, seat)) return { ...taken, takenAt: now, expiresAt: probationEnds };
  if (seat.expiresAt >= probationEnds && event !== "completed" && !isHelped(need)) return null;
  const { takenAt, met, metAt } = seat;
  const kept = { ...taken, takenAt, expiresAt: Math.ceil(nowSeconds + connectionLifeSeconds) };
  return isHelped(need) ? kept : { ...kept, met, metAt };
}

/** The swarm's size with the sender in it as it is now: new, moved to another connection, or complete since. */
function countsWithSender({ isSeeder, event, peerId }: Announce, { seat, swarm }: Situation) {
  const before = seat ?? swarm.seats.find((one) => one.peerId === peerId);
  const wasComplete = before?.isSeeder === true;
  const wasIncomplete = before?.isSeeder === false;
  const isComplete = isSeeder || event === "completed";
  return {
    complete: Math.max(0, swarm.complete - Number(wasComplete)) + Number(isComplete),
    incomplete: Math.max(0, swarm.incomplete - Number(wasIncomplete)) + Number(!isComplete),
  };
}
