/** What signatures cost viewers: a swarm that shares signed segments beside one that shares them unsigned. */

import { setTimeout as sleep } from "node:timers/promises";
import { atMost, type Figure, type Measurement, percentile } from "../measurement.ts";
import { type Fetched, isSignature } from "./edge.ts";
import { copiesOf, waysOf } from "./measure.ts";
import { type Stage, setStage } from "./stage.ts";

const VIEWERS = 4;

/** Connections are up and the first buffers filled. */
const START_UP_SECONDS = 12;
const MEASURED_SECONDS = 90;

/** Who waits for a segment that was first held at the end still gets it. */
const AFTERMATH_SECONDS = 8;

const SWARMS = ["signed", "unsigned"] as const;

interface Seen {
  copies: number;
  stalls: number;
  /** Seconds from the first viewer that holds a segment to each other one. */
  ways: number[];
  cpuSeconds: number;
  signatureRequests: number;
  /** Fetches of video segments. */
  videoFetches: number;
}

export async function measure(): Promise<Measurement> {
  const stages = { signed: await setStage("shoal", 8), unsigned: await setStage("shoal", 8) };
  try {
    // By turns, so that both begin alike.
    for (let viewer = 0; viewer < VIEWERS; viewer += 1) {
      for (const swarm of SWARMS) await stages[swarm].enter({ sharesUnsigned: swarm === "unsigned" });
    }
    await sleep(START_UP_SECONDS * 1000);
    const [signed, unsigned] = await Promise.all([watch(stages.signed), watch(stages.unsigned)]);
    return {
      title: "Swarm: with signatures and without",
      method: `Two swarms of ${VIEWERS} viewers at the same time, each with a stack and a browser of its own, for ${MEASURED_SECONDS} s after start-up; one shares signed segments, the other unsigned ones. A segment's way is the time from the first viewer that holds it to each other one. CPU is that of all the browser's processes. 2 s segments, delay 8 s. The video is 160x90 at 10 frames/s and 200 kbit/s, so that two cores carry all browsers.`,
      figures: figuresOf(signed, unsigned),
    };
  } finally {
    await Promise.all(SWARMS.map((swarm) => stages[swarm].close()));
  }
}

async function watch(stage: Stage): Promise<Seen> {
  const from = Date.now();
  const cpuBefore = await stage.cpuSeconds();
  await stage.measure(MEASURED_SECONDS);
  const to = Date.now();
  const cpuSeconds = (await stage.cpuSeconds()) - cpuBefore;
  await sleep(AFTERMATH_SECONDS * 1000);
  const reports = await Promise.all(stage.viewers.map((viewer) => viewer.report()));
  const { fetched } = stage.edge;
  const during = fetched.filter(({ at }) => at >= from && at <= to);
  return {
    copies: copiesOf(fetched, from, to).copies,
    stalls: reports.reduce((sum, { stats }) => sum + stats.stalls, 0),
    ways: waysOf(reports, from, to),
    cpuSeconds,
    signatureRequests: during.filter(isSignature).length,
    videoFetches: during.filter(isVideo).length,
  };
}

function isVideo({ path }: Fetched): boolean {
  return /\/v0\/\d+\.m4s/.test(path);
}

function figuresOf(signed: Seen, unsigned: Seen): Figure[] {
  const seconds = (value: number) => `${value.toFixed(2)} s`;
  const copies = (value: number) => `${value.toFixed(2)} copies of each segment`;
  const p95 = (seen: Seen) => percentile(seen.ways, 0.95);
  const way = (seen: Seen) =>
    `p50 ${seconds(percentile(seen.ways, 0.5))}, p95 ${seconds(p95(seen))} (${seen.ways.length} ways)`;
  const cpu = (seen: Seen) =>
    `${((100 * seen.cpuSeconds) / MEASURED_SECONDS / VIEWERS).toFixed(1)} % of a core`;
  return [
    { what: "from the CDN, unsigned", value: copies(unsigned.copies) },
    atMost("from the CDN, signed", signed.copies, 1.15, copies),
    { what: "a segment's way, unsigned", value: way(unsigned) },
    { what: "a segment's way, signed", value: way(signed) },
    atMost("longer by signatures, p95", p95(signed) - p95(unsigned), 0.2, seconds),
    { what: "CPU for each viewer, unsigned", value: cpu(unsigned) },
    { what: "CPU for each viewer, signed", value: cpu(signed) },
    { what: "stalls, unsigned", value: `${unsigned.stalls}` },
    atMost("stalls, signed", signed.stalls, 0, String),
    atMost(
      "requests for signatures for each copy from the CDN",
      signed.signatureRequests / signed.videoFetches,
      1.2,
      (value) => value.toFixed(2),
    ),
  ];
}
