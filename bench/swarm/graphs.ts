/** Who is connected with whom: for each viewer, the numbers of its neighbours. */

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
export function randomGraph(viewers: number, connections: number, random: () => number): Graph {
  const sets = Array.from({ length: viewers }, () => new Set<number>());
  for (const [self, neighbours] of sets.entries()) {
    for (let offer = 0; offer < connections / 2; offer += 1) {
      const other = Math.floor(random() * viewers);
      if (other === self) continue;
      neighbours.add(other);
      sets[other]?.add(self);
    }
  }
  return sets.map((neighbours) => [...neighbours]);
}

/** A generator of uniform numbers that repeats with its seed (Mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
