/** Decides who receives the offers of an announce: near viewers first, with a bridge to the rest of the swarm. */
import { CROWDED_GROWTH } from "./pacing.ts";
import type { Occupant } from "./swarms.ts";

export interface Candidates {
  /** Behind the same address. */
  readonly lan: readonly Occupant[];
  /** In the same network and country. */
  readonly net: readonly Occupant[];
  /** Anywhere. */
  readonly world: readonly Occupant[];
}

/**
 * Of an announce's offers, one goes behind the same address, and with it at most three into the same network. Since
 * every viewer does the same, each also receives as many; one is enough to connect the viewers behind an address soon,
 * while two would fail for all those behind a carrier's address, who can't reach each other. The other offers go into
 * the world, so that clusters of near viewers stay connected.
 */
const MAX_LAN = 1;
const MAX_NEAR = 3;

/**
 * Picks as many receivers as `wanted`, or as there are; no peer twice, and never the sender. At least one is from the
 * world whenever there is one. Peers that have had enough offers, because the swarm has grown to a `size` far beyond
 * what it was for them, are picked only when nobody else is left. `random` returns numbers in [0, 1).
 */
export function pickReceivers(
  senderId: string,
  candidates: Candidates,
  size: number,
  wanted: number,
  random: () => number,
): Occupant[] {
  if (wanted <= 0) return [];
  const picked = new Map<string, Occupant>();
  const pick = (seats: readonly Occupant[], upTo: number) => {
    for (const seat of seats) {
      if (picked.size >= upTo) return;
      if (seat.peerId !== senderId) picked.set(seat.peerId, seat);
    }
  };
  const lan = shuffled(candidates.lan, random);
  const net = shuffled(candidates.net, random);
  const world = shuffled(candidates.world, random);
  const isOpen = ({ othersWhenHelped }: Occupant) =>
    othersWhenHelped === null || size <= CROWDED_GROWTH * (othersWhenHelped + 1);
  pick(lan, Math.min(MAX_LAN, wanted - 1));
  pick(net.filter(isOpen), Math.min(MAX_NEAR, wanted - 1));
  pick(world.filter(isOpen), wanted);
  pick(world, wanted);
  pick(net, wanted);
  pick(lan, wanted);
  return [...picked.values()];
}

/** The same seats in random order. */
function shuffled(seats: readonly Occupant[], random: () => number): Occupant[] {
  const left = [...seats];
  return seats.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}
