/** A thousand homes with the lines that people have, simulated with the shipped segment scheduler. */

import { liveGeometry, UNKNOWN_DOWNLINK } from "../../web/sharing/geometry.ts";
import { spareOf } from "../../web/sharing/uplink-share.ts";
import { Chance } from "../chance.ts";
import { atMost, type Figure, type Measurement } from "../measurement.ts";
import { type AccessLine, drawAccessLine } from "./access-lines.ts";
import { type Graph, randomGraph } from "./graphs.ts";
import { type Simulated, type SimulatedSwarm, simulate } from "./simulation.ts";

const SEED = 20_261;
const VIEWERS = 1000;
const CONNECTIONS = 10;
const STREAM_BITS_PER_SECOND = 1.5e6;
const SEGMENT_SECONDS = 2;
const WINDOW_SECONDS = 60;

/** As the player chooses it. */
const { delaySeconds: DELAY_SECONDS } = liveGeometry(
  { segmentSeconds: SEGMENT_SECONDS, windowSeconds: WINDOW_SECONDS },
  UNKNOWN_DOWNLINK,
);

const COMMON: Omit<SimulatedSwarm, "graph" | "chance" | "lineOf"> = {
  segments: 30,
  segmentSeconds: SEGMENT_SECONDS,
  segmentBytes: (STREAM_BITS_PER_SECOND * SEGMENT_SECONDS) / 8,
  delaySeconds: DELAY_SECONDS,
  spareOf,
  playlistLagSeconds: 1,
};

interface Scenario extends Pick<SimulatedSwarm, "lineOf" | "outage" | "meanStaySeconds"> {
  readonly what: string;
}

const COMMON_LINE: AccessLine = {
  downlinkBitsPerSecond: 20e6,
  uplinkBitsPerSecond: 5e6,
  roundTripSeconds: 0.04,
};

const SCENARIOS: readonly Scenario[] = [
  { what: "all 20/5 Mbit/s", lineOf: () => COMMON_LINE },
  {
    what: "half with an uplink of a quarter of the stream",
    lineOf: some(0.5, { uplinkBitsPerSecond: STREAM_BITS_PER_SECOND / 4 }),
  },
  {
    what: "half with an uplink of 1.0 times the stream",
    lineOf: some(0.5, { uplinkBitsPerSecond: STREAM_BITS_PER_SECOND }),
  },
  {
    what: "all with an uplink of half the stream",
    lineOf: () => ({ ...COMMON_LINE, uplinkBitsPerSecond: STREAM_BITS_PER_SECOND / 2 }),
  },
  {
    what: "a tenth with a downlink of 1.2 times the stream",
    lineOf: some(0.1, { downlinkBitsPerSecond: 1.2 * STREAM_BITS_PER_SECOND }),
  },
  { what: "lines as measured", lineOf: drawAccessLine },
  {
    what: "all 20/5 Mbit/s, the CDN fails for 8 s",
    lineOf: () => COMMON_LINE,
    outage: { fromSeconds: 20, untilSeconds: 28 },
  },
  { what: "lines as measured, viewers stay 3 minutes", lineOf: drawAccessLine, meanStaySeconds: 180 },
];

export async function measure(): Promise<Measurement> {
  const rows = SCENARIOS.map((scenario) => ({
    what: scenario.what,
    sharing: run(scenario, randomGraph(VIEWERS, CONNECTIONS, new Chance(SEED))),
    alone: run(
      scenario,
      Array.from({ length: VIEWERS }, () => []),
    ),
  }));
  return {
    title: "Swarm: a thousand homes, simulated",
    method: `Each viewer runs the shipped segment scheduler, upload rules and geometry (web/sharing); player, engine, lines and CDN are models (bench/swarm/simulated-*.ts, link.ts, transfer-flow.ts, uplink.ts). 1.5 Mbit/s in 2 s segments at the player's delay of ${DELAY_SECONDS} s, ${CONNECTIONS} connections each at random, 30 segments after 15 in which viewers learn, seed ${SEED}. What comes in shares the downlink equally, flow by flow, chunk by chunk, and of a transfer no more is under way than keeps it full; uploads have what the shipped budget spares of the uplink once it has measured it, and the viewer's own traffic isn't modelled. There is one rendition: a line slower than the stream can't step down. Round trips are 40 ms unless measured.

"Lines as measured" are drawn from Ofcom's UK Home Broadband Performance, panellist data of 2021 (SamKnows; 2,356 homes): for ADSL, VDSL, cable and fibre the five fifths by download, each with the medians of download, upload and latency of its homes (bench/swarm/access-lines.ts). "Alone" are the same viewers on the same lines without peers. Carried twice is what came in beyond one copy of each segment, cancelled transfers and fetches included. Uploads are compared with what the whole uplink could have sent.`,
    table: tableOf(rows),
    figures: rows.flatMap(figuresOf),
  };
}

interface Row {
  readonly what: string;
  readonly sharing: Simulated;
  readonly alone: Simulated;
}

/** So many of the homes have another line than the common one. */
function some(share: number, different: Partial<AccessLine>): SimulatedSwarm["lineOf"] {
  return (chance) => (chance.happens(share) ? { ...COMMON_LINE, ...different } : COMMON_LINE);
}

function run({ lineOf, outage, meanStaySeconds }: Scenario, graph: Graph): Simulated {
  return simulate({
    ...COMMON,
    graph,
    lineOf,
    chance: new Chance(SEED + 1),
    ...(outage && { outage }),
    ...(meanStaySeconds !== undefined && { meanStaySeconds }),
  });
}

function tableOf(rows: readonly Row[]): string {
  const late = ({ lateSegments, lateViewers }: Simulated) => `${lateSegments} (${lateViewers})`;
  const buffer = ({ bufferSeconds: { median, p05 } }: Simulated) =>
    `${median.toFixed(1)} / ${p05.toFixed(1)}`;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return [
    "| scenario | copies | from the CDN | late segments (viewers) | late alone | buffer, median / p05 (alone) | carried twice | uplink used, median / p95 | events per viewer and second |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map(({ what, sharing, alone }) =>
      [
        "",
        ` ${what} `,
        ` ${sharing.copies.toFixed(1)} `,
        ` ${percent(sharing.cdnShare)} `,
        ` ${late(sharing)} `,
        ` ${late(alone)} `,
        ` ${buffer(sharing)} (${buffer(alone)}) s `,
        ` ${percent(sharing.twiceShare)} `,
        ` ${percent(sharing.uplinkUse.median)} / ${percent(sharing.uplinkUse.p95)} `,
        ` ${sharing.eventsPerSecond.toFixed(1)} `,
        "",
      ].join("|"),
    ),
  ].join("\n");
}

function figuresOf({ what, sharing, alone }: Row): Figure[] {
  const segments = (count: number) => `${count} segments`;
  return [atMost(`${what}: late`, sharing.lateSegments, alone.lateSegments, segments)];
}
