/** Who is connected with whom: for each viewer, the numbers of its neighbours. */

import type { Chance } from "../chance.ts";

export type Graph = readonly (readonly number[])[];

export function mesh(viewers: number): Graph {
  return Array.from({ length: viewers }, (_, self) =>
    Array.from({ length: viewers }, (_, other) => other).filter((other) => other !== self),
  );
}

export function ring(viewers: number): Graph {
  return Array.from({ length: viewers }, (_, self) => [(self + viewers - 1) % viewers, (self + 1) % viewers]);
}

/** Every viewer asks for half of `connections` at random and is asked for as many, as by a tracker's offers. */
export function randomGraph(viewers: number, connections: number, chance: Chance): Graph {
  const sets = Array.from({ length: viewers }, () => new Set<number>());
  for (const [self, neighbours] of sets.entries()) {
    for (let offer = 0; offer < connections / 2; offer += 1) {
      const other = chance.below(viewers);
      if (other === self) continue;
      neighbours.add(other);
      sets[other]?.add(self);
    }
  }
  return sets.map((neighbours) => [...neighbours]);
}
