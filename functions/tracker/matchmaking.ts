// Decides who receives the offers of an announce: near viewers first, with a bridge to the rest of the swarm.
import { crowdedGrowth } from "./pacing.ts";
import type { Sitter } from "./swarms.ts";

export interface Candidates {
  /** Behind the same address. */
  readonly lan: readonly Sitter[];
  /** In the same network and country. */
  readonly net: readonly Sitter[];
  /** Anywhere. */
  readonly world: readonly Sitter[];
}

/**
 * Of an announce's offers, one may go behind the same address and three into the same network, that one among them.
 * What all do alike they also receive alike, and one is enough: those behind an address are soon joined among
 * themselves, while two of five fail for all behind a carrier's address who can't reach each other. The others go out
 * into the world, so that clusters of neighbours stay joined.
 */
const mostLan = 1;
const mostNear = 3;

/**
 * Picks as many receivers as `wanted`, or as there are; no peer twice and never the sender itself. At least one is
 * from the world whenever there is one. Who has had offers enough, because the swarm of `size` has grown so much around
 * it, is picked only when nobody else is left. `random` returns numbers in [0, 1).
 */
export function pickReceivers(
  senderId: string,
  candidates: Candidates,
  size: number,
  wanted: number,
  random: () => number,
): Sitter[] {
  if (wanted <= 0) return [];
  const picked = new Map<string, Sitter>();
  const pick = (seats: readonly Sitter[], upTo: number) => {
    for (const seat of seats) {
      if (picked.size >= upTo) return;
      if (seat.peerId !== senderId) picked.set(seat.peerId, seat);
    }
  };
  const lan = shuffled(candidates.lan, random);
  const net = shuffled(candidates.net, random);
  const world = shuffled(candidates.world, random);
  const isOpen = ({ met }: Sitter) => met === null || size <= crowdedGrowth * (met + 1);
  pick(lan, Math.min(mostLan, wanted - 1));
  pick(net.filter(isOpen), Math.min(mostNear, wanted - 1));
  pick(world.filter(isOpen), wanted);
  pick(world, wanted);
  pick(net, wanted);
  pick(lan, wanted);
  return [...picked.values()];
}

/** The same in any order: one after the other is drawn from those that are left. */
function shuffled(seats: readonly Sitter[], random: () => number): Sitter[] {
  const left = [...seats];
  return seats.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}
