/** A thousand viewers with ten connections each or a few more, simulated with the players' own decisions. */

import { atMost, type Figure, type Measurement } from "../measurement.ts";
import { type Graph, mesh, randomGraph, ring, seeded } from "./graphs.ts";
import { type Simulated, simulate, type World } from "./simulation.ts";

const SEED = 20_261;

/** A 3 Mbit/s stream on household lines. */
const household = {
  segments: 30,
  segmentSeconds: 2,
  segmentBytes: 750_000,
  cdnBitsPerSecond: 20e6,
  cdnRoundTripSeconds: 0.05,
  linkSeconds: 0.05,
  playlistLagSeconds: 1,
  uploadSlots: 2,
};

/** As in the browsers of the other measurements: small segments on one machine. */
const oneMachine = {
  ...household,
  segments: 300,
  segmentBytes: 33_000,
  cdnBitsPerSecond: 400e6,
  cdnRoundTripSeconds: 0.005,
  uplinkBitsPerSecond: 200e6,
  linkSeconds: 0.01,
  delaySeconds: 8,
};

export async function measure(): Promise<Measurement> {
  return {
    title: "Swarm: a thousand viewers, simulated",
    method: `The decisions are the players' own (web/sharing/turn.ts, patience.ts); lines and connections are a model. 3 Mbit/s in 2 s segments, 20 Mbit/s down, links of 50 ms, every viewer connected with ten others at random unless said otherwise, seed ${SEED}. "At once" is the same without holding back: whoever has the lowest score among its neighbours fetches at once. The first two lines are to be held against the browsers' figures above.`,
    figures: [
      asInBrowsers("6 viewers, everyone connected", mesh(6), 1.15),
      asInBrowsers("8 viewers in a ring", ring(8), 3),
      ...[
        { delaySeconds: 8, uplinkMegabits: 50, most: 20 },
        { delaySeconds: 6, uplinkMegabits: 50, most: 100 },
        { delaySeconds: 8, uplinkMegabits: 10, most: 110 },
        { delaySeconds: 8, uplinkMegabits: 10, connections: 14, most: 90 },
        { delaySeconds: 6, uplinkMegabits: 10, most: 330 },
      ].flatMap(thousand),
    ],
  };
}

function asInBrowsers(what: string, graph: Graph, most: number): Figure {
  const { copies } = run({ ...oneMachine, graph, patience: 1 });
  return atMost(what, copies, most, (value) => `${value.toFixed(2)} copies`);
}

interface Thousand {
  readonly delaySeconds: number;
  readonly uplinkMegabits: number;
  /** Of each viewer, ten unless said otherwise. */
  readonly connections?: number;
  readonly most: number;
}

function thousand({ delaySeconds, uplinkMegabits, connections = 10, most }: Thousand): Figure[] {
  const lines = { ...household, delaySeconds, uplinkBitsPerSecond: uplinkMegabits * 1e6 };
  const graph = randomGraph(1000, connections, seeded(SEED));
  const shoal = run({ ...lines, graph, patience: 1 });
  const atOnce = run({ ...lines, graph, patience: 0 });
  const others = connections === 10 ? "" : `, ${connections} connections`;
  const situation = `1,000 viewers, delay ${delaySeconds} s, ${uplinkMegabits} Mbit/s up${others}`;
  const copies = (value: number) => `${value.toFixed(1)} copies of 1,000`;
  return [
    atMost(situation, shoal.copies, most, copies),
    atMost(`${situation}: segments too late`, shoal.late * 100, 0, (value) => `${value.toFixed(2)} %`),
    { what: `${situation}, at once`, value: copies(atOnce.copies) },
  ];
}

function run(world: Omit<World, "random">): Simulated {
  return simulate({ ...world, random: seeded(SEED + 1) });
}
