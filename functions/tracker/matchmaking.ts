// Decides who receives the offers of an announce: near viewers first, with a bridge to the rest of the swarm.
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
 * Picks at most `wanted` receivers, no peer twice and never the sender itself. One is from the world whenever there
 * is one, so that clusters of neighbours stay joined; the others are as near as can be.
 * `random` returns numbers in [0, 1).
 */
export function pickReceivers(
  senderId: string,
  candidates: Candidates,
  wanted: number,
  random: () => number,
): Sitter[] {
  if (wanted <= 0) return [];
  const chosen = new Map<string, Sitter>();
  const choose = (seats: readonly Sitter[], upTo: number) => {
    for (const seat of seats) {
      if (chosen.size >= upTo) return;
      if (seat.peerId !== senderId) chosen.set(seat.peerId, seat);
    }
  };
  const world = shuffled(candidates.world, random);
  choose(shuffled(candidates.lan, random), wanted - 1);
  choose(shuffled(candidates.net, random), wanted - 1);
  choose(world, wanted);
  choose(candidates.net, wanted);
  choose(candidates.lan, wanted);
  return [...chosen.values()];
}

/** Fisher and Yates' shuffle, on a copy. */
function shuffled(seats: readonly Sitter[], random: () => number): Sitter[] {
  const result = [...seats];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [result[last], result[other]];
    if (a !== undefined && b !== undefined) {
      result[last] = b;
      result[other] = a;
    }
  }
  return result;
}
