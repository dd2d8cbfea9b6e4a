/** Decides what an announce leads to: the seat to take or keep, the reply, and which peers get its offers. */
import { type Audience, sealed } from "./audience.ts";
import { type Candidates, pickReceivers } from "./matchmaking.ts";
import type { Announce } from "./messages.ts";
import type { AnnounceReply, OfferMessage, Relay } from "./outgoing.ts";
import { intervalSeconds, isHelped, type Need, offersWanted } from "./pacing.ts";
import { CONNECTION_LIFE_SECONDS, type Connection, type Occupant, type Sample, type Seat } from "./swarms.ts";

/** What is known when an announce is decided on. */
export interface AnnounceContext {
  readonly connection: Connection;
  /** The seat under this peer id, if any; another connection may hold it. */
  readonly seat: Seat | undefined;
  readonly swarm: Sample;
  readonly candidates: Candidates;
  readonly nowSeconds: number;
  /** Returns numbers in [0, 1). */
  readonly random: () => number;
  /** Whose offers are sealed. */
  readonly audience?: Audience | undefined;
}

/** `helpedAt` of a viewer that has wanted no peers yet. */
const NEVER = 0;

export interface AnnounceDecision {
  /** To be taken or renewed before anything is sent; null when the seat is good as it is. */
  readonly seat: Seat | null;
  readonly reply: AnnounceReply;
  readonly offers: readonly Relay<OfferMessage>[];
}

export function decideAnnounce(announce: Announce, context: AnnounceContext): AnnounceDecision {
  const { candidates, random } = context;
  const { infoHash, peerId, offers, numwant } = announce;
  const need = needOf(announce, context);
  const interval = intervalSeconds(need, random);
  const wanted = Math.min(offersWanted(need), numwant, offers.length);
  const receivers = pickReceivers(peerId, candidates, need.others, wanted, random);
  return {
    seat: seatToTake(announce, context, need, interval),
    reply: { action: "announce", interval, info_hash: infoHash, ...sizeWithSender(announce, context) },
    offers: relays(announce, receivers, context),
  };
}

/** Gives each receiver an offer of its own. */
function relays(
  { infoHash, peerId, offers }: Announce,
  receivers: readonly Occupant[],
  { audience, nowSeconds }: AnnounceContext,
): Relay<OfferMessage>[] {
  return offers.flatMap(({ offer, offerId }, index) => {
    const to = receivers[index];
    if (!to) return [];
    const path = { infoHash, from: peerId, to: to.peerId };
    const id = audience ? sealed(offerId, path, audience, nowSeconds) : offerId;
    return [
      { to, message: { action: "announce", offer, offer_id: id, peer_id: peerId, info_hash: infoHash } },
    ];
  });
}

function needOf(announce: Announce, { connection, seat, swarm, nowSeconds }: AnnounceContext): Need {
  const { event, peerId } = announce;
  const count = swarm.complete + swarm.incomplete;
  const unchanged = { secondsSinceHelp: 0, growth: 1, stayed: 1 };
  if (!holds(connection, seat) || beginsToMeet(announce, seat)) {
    // If another connection still holds the seat, the viewer changed networks and lost all its peers.
    const arrival = event === "started" || seat ? "fresh" : "returning";
    return { arrival, seatedSeconds: 0, others: Math.max(0, count - (seat ? 1 : 0)), ...unchanged };
  }
  const seatedSeconds = Math.max(0, nowSeconds - seat.takenAt);
  const seen = swarm.seats.filter((other) => other.peerId !== peerId);
  // An empty sample may only mean that the store is throttled, so it doesn't count as everybody having left.
  if (seen.length === 0) return { arrival: null, seatedSeconds, others: 0, ...unchanged };
  const others = Math.max(seen.length, count - 1);
  const growth = others / Math.max(1, seat.othersWhenHelped);
  const old = seen.filter((other) => other.takenAt <= seat.helpedAt);
  const stayed = (growth * old.length) / seen.length;
  const secondsSinceHelp = nowSeconds - seat.helpedAt;
  return { arrival: null, seatedSeconds, secondsSinceHelp, others, growth, stayed };
}

function holds(connection: Connection, seat: Seat | undefined): seat is Seat {
  return seat?.connection.id === connection.id;
}

function wantsPeers({ offers, numwant }: Announce): boolean {
  return offers.length > 0 && numwant > 0;
}

/** The viewer was only counted until now: it waited for a larger swarm before it showed its address (SharingAbove). */
function beginsToMeet(announce: Announce, seat: Seat): boolean {
  return seat.helpedAt === NEVER && wantsPeers(announce);
}

/**
 * A new seat is on probation until its viewer announces again, because players that try a rendition and leave it don't
 * say so. After that it holds for as long as its connection can live, and is written again only when its viewer is
 * helped to more peers.
 */
function seatToTake(
  announce: Announce,
  { connection, seat, nowSeconds }: AnnounceContext,
  need: Need,
  interval: number,
): Seat | null {
  const { infoHash, peerId, event, isSeeder } = announce;
  const now = Math.floor(nowSeconds);
  const probationEnds = Math.ceil(nowSeconds + 1.5 * interval + 60);
  const isComplete = isSeeder || event === "completed";
  const current = { othersWhenHelped: need.others, helpedAt: wantsPeers(announce) ? now : NEVER };
  const taken = { infoHash, peerId, connection, isSeeder: isComplete, ...current };
  if (!holds(connection, seat) || beginsToMeet(announce, seat)) {
    return { ...taken, takenAt: now, expiresAt: probationEnds };
  }
  if (seat.expiresAt >= probationEnds && event !== "completed" && !isHelped(need)) return null;
  const { takenAt, othersWhenHelped, helpedAt } = seat;
  const kept = { ...taken, takenAt, expiresAt: Math.ceil(nowSeconds + CONNECTION_LIFE_SECONDS) };
  return isHelped(need) ? kept : { ...kept, othersWhenHelped, helpedAt };
}

/**
 * The swarm's size, counting the sender as it is after this announce: new, moved to another connection, or complete.
 * Unknown (0) when the store couldn't show the swarm, since a client may act on the count.
 */
function sizeWithSender({ isSeeder, event, peerId }: Announce, { seat, swarm }: AnnounceContext) {
  if (swarm.seats.length === 0 && !swarm.isWhole) return { complete: 0, incomplete: 0 };
  const before = seat ?? swarm.seats.find((one) => one.peerId === peerId);
  const wasComplete = before?.isSeeder === true;
  const wasIncomplete = before?.isSeeder === false;
  const isComplete = isSeeder || event === "completed";
  return {
    complete: Math.max(0, swarm.complete - Number(wasComplete)) + Number(isComplete),
    incomplete: Math.max(0, swarm.incomplete - Number(wasIncomplete)) + Number(!isComplete),
  };
}
