/** A thousand viewers with ten connections each or a few more, simulated with the shipped segment scheduler. */

import { decideFetch } from "../../web/sharing/fetch-decision.ts";
import { UNKNOWN_HANDOVER_SECONDS } from "../../web/sharing/geometry.ts";
import { peerIdOf, viewerNameFrom } from "../../web/sharing/peer-id.ts";
import { Chance } from "../chance.ts";
import { atMost, type Figure, type Measurement } from "../measurement.ts";
import type { AccessLine } from "./access-lines.ts";
import { type Graph, mesh, randomGraph, ring } from "./graphs.ts";
import { type Simulated, type SimulatedSwarm, simulate } from "./simulation.ts";

const SEED = 20_261;

/** A 3 Mbit/s stream on household connections. */
const HOUSEHOLD = {
  segments: 30,
  segmentSeconds: 2,
  segmentBytes: 750_000,
  playlistLagSeconds: 1,
};

const HOUSEHOLD_LINE: Omit<AccessLine, "uplinkBitsPerSecond"> = {
  downlinkBitsPerSecond: 20e6,
  roundTripSeconds: 0.05,
};

/** As in the browsers of the other measurements: small segments on one machine. */
const ONE_MACHINE = {
  ...HOUSEHOLD,
  segments: 300,
  segmentBytes: 33_000,
  delaySeconds: 8,
  lineOf: () => ({ downlinkBitsPerSecond: 400e6, uplinkBitsPerSecond: 200e6, roundTripSeconds: 0.01 }),
};

export async function measure(): Promise<Measurement> {
  return {
    title: "Swarm: a thousand viewers, simulated",
    method: `Each viewer runs the shipped segment scheduler, upload rules and geometry (web/sharing); player, engine and lines are models (bench/swarm/simulated-*.ts, link.ts, transfer-flow.ts, uplink.ts). 3 Mbit/s in 2 s segments, 20 Mbit/s down, links of 50 ms, every viewer connected with ten others at random unless said otherwise, seed ${SEED}. "At once" is how many would fetch a segment as it appears if nobody held back, by the same election. The first two rows compare with the browsers' figures above.`,
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
  const { copies } = run({ ...ONE_MACHINE, graph });
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
  const line = { ...HOUSEHOLD_LINE, uplinkBitsPerSecond: uplinkMegabits * 1e6 };
  const swarm = { ...HOUSEHOLD, delaySeconds, lineOf: () => line };
  const graph = randomGraph(1000, connections, new Chance(SEED));
  const shoal = run({ ...swarm, graph });
  const others = connections === 10 ? "" : `, ${connections} connections`;
  const situation = `1,000 viewers, delay ${delaySeconds} s, ${uplinkMegabits} Mbit/s up${others}`;
  const copies = (value: number) => `${value.toFixed(1)} copies of 1,000`;
  return [
    atMost(situation, shoal.copies, most, copies),
    atMost(`${situation}: segments too late`, shoal.late * 100, 0, (value) => `${value.toFixed(2)} %`),
    { what: `${situation}, at once`, value: copies(atOnce(graph, swarm)) },
  ];
}

function run(swarm: Omit<SimulatedSwarm, "chance">): Simulated {
  return simulate({ ...swarm, chance: new Chance(SEED + 1) });
}

/** How many viewers would fetch a segment the moment it appears if nobody held back, averaged over segments. */
function atOnce(graph: Graph, swarm: typeof HOUSEHOLD & { delaySeconds: number }): number {
  const chance = new Chance(SEED + 1);
  const { segments, segmentSeconds, segmentBytes } = swarm;
  const { downlinkBitsPerSecond, roundTripSeconds } = HOUSEHOLD_LINE;
  const peerIds = graph.map(() =>
    peerIdOf(viewerNameFrom(Uint8Array.from({ length: 12 }, () => chance.below(256))), "main", true),
  );
  const neighbours = graph.map((others) => others.map((other) => peerIds[other] ?? ""));
  const isFetchedAtOnce = (self: number, sequence: number) =>
    decideFetch({
      self: peerIds[self] ?? "",
      candidates: neighbours[self] ?? [],
      sharingPeers: neighbours[self] ?? [],
      mayFetch: true,
      room: "ample",
      seesEveryone: false,
      isSettled: true,
      sequence,
      isElectable: true,
      copies: 0,
      secondsSinceCopy: 0,
      arePeersNear: false,
      timing: {
        segmentSeconds,
        secondsSinceSeen: 0,
        secondsToNeed: swarm.delaySeconds - segmentSeconds,
        fetchSeconds: roundTripSeconds + (segmentBytes * 8) / downlinkBitsPerSecond,
        extraSeconds: 0,
        handoverSeconds: UNKNOWN_HANDOVER_SECONDS,
        holdBackShare: 0,
      },
      transfer: null,
      overtakenSeconds: 0,
    }).inSeconds <= 0;
  let fetches = 0;
  for (let sequence = 0; sequence < segments; sequence += 1) {
    for (const self of graph.keys()) if (isFetchedAtOnce(self, sequence)) fetches += 1;
  }
  return fetches / segments;
}
