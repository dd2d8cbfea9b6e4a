/** Measures `npm run tracker` beside bittorrent-tracker's server, alternately, with the same load and machine. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Figure, type Measure, percentile } from "./measurement.ts";
import { runCrowd, type Trial } from "./speed/crowd.ts";
import type { Report } from "./speed/server.ts";

const CLIENTS = 300;
/** As many as the tracker's load control lets one connection send in a minute, answers included. */
const ANNOUNCES_EACH = 12;
const ROUNDS = 6;

interface Server {
  readonly process: ChildProcess;
  readonly url: string;
}

interface Result extends Trial {
  readonly cpuMicroseconds: number;
}

export const measure: Measure = async () => {
  const [ours, theirs] = [await start("shoal"), await start("bittorrent-tracker")];
  try {
    const results: { ours: Result[]; theirs: Result[] } = { ours: [], theirs: [] };
    // The first round warms both up and isn't counted.
    for (let round = 0; round <= ROUNDS; round++) {
      const [a, b] = [await run(ours), await run(theirs)];
      if (round > 0) results.ours.push(a);
      if (round > 0) results.theirs.push(b);
    }
    return {
      title: "Speed",
      method: `\`npm run tracker\` beside bittorrent-tracker's own server, each in a process of its own, alternately in ${ROUNDS} rounds with new connections, after one to warm up: ${CLIENTS} clients that announce ${ANNOUNCES_EACH} times each, with five offers of real size, and answer every offer. They announce again as soon as they have the reply, so that the server never rests. The clients share the machine's other core, which limits the throughput of both servers; so the servers' processor time is given as well.`,
      figures: compare(summary(results.ours), summary(results.theirs)),
    };
  } finally {
    ours.process.kill();
    theirs.process.kill();
  }
};

async function start(name: string): Promise<Server> {
  const child = fork(new URL("speed/server.ts", import.meta.url), [name]);
  const report = await hear(child);
  if (!("port" in report)) throw new Error(`${name} sent no port`);
  return { process: child, url: `ws://127.0.0.1:${report.port}` };
}

async function run(server: Server): Promise<Result> {
  const before = await cpuOf(server);
  const trial = await runCrowd(server.url, CLIENTS, ANNOUNCES_EACH);
  return { ...trial, cpuMicroseconds: (await cpuOf(server)) - before };
}

async function cpuOf({ process: child }: Server): Promise<number> {
  child.send("how much?");
  const report = await hear(child);
  return "cpuMicroseconds" in report ? report.cpuMicroseconds : Number.NaN;
}

async function hear(child: ChildProcess): Promise<Report> {
  const [report] = (await once(child, "message")) as [Report];
  return report;
}

function summary(results: readonly Result[]) {
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  const latencies = results.flatMap((result) => result.latencies);
  const announces = sum((result) => result.announces);
  return {
    perSecond: announces / sum(({ seconds }) => seconds),
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    cpu: sum(({ cpuMicroseconds }) => cpuMicroseconds) / announces,
    offers: sum(({ offersReceived }) => offersReceived) / announces,
    answers: sum(({ answersReceived }) => answersReceived) / announces,
  };
}

type Summary = ReturnType<typeof summary>;

function compare(ours: Summary, theirs: Summary): Figure[] {
  const row = (what: string, of: (summary: Summary) => number, unit: string, digits = 0): Figure => ({
    what,
    value: `${of(ours).toFixed(digits)}${unit}; bittorrent-tracker ${of(theirs).toFixed(digits)}${unit}`,
  });
  const ahead = (figure: Figure, holds: boolean): Figure => ({ ...figure, bound: { words: "ahead", holds } });
  return [
    ahead(
      row("announces a second", ({ perSecond }) => perSecond, ""),
      ours.perSecond > theirs.perSecond,
    ),
    row("reply latency, p50", ({ p50 }) => p50, " ms", 1),
    ahead(
      row("reply latency, p95", ({ p95 }) => p95, " ms", 1),
      ours.p95 < theirs.p95,
    ),
    row("reply latency, p99", ({ p99 }) => p99, " ms", 1),
    row("server's processor time for an announce, its offers and answers", ({ cpu }) => cpu, " µs"),
    row("offers relayed for each announce", ({ offers }) => offers, "", 2),
    row("answers relayed for each announce", ({ answers }) => answers, "", 2),
  ];
}
