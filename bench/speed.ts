// Measures `npm run tracker` beside bittorrent-tracker's server: the same load, transport and machine, turn by turn.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Figure, type Measure, percentile } from "./measurement.ts";
import { runCrowd, type Trial } from "./speed/crowd.ts";
import type { Told } from "./speed/server.ts";

const clients = 300;
/** As many as stay within what the tracker lets one connection ask in a minute, answers included. */
const announcesEach = 12;
const rounds = 6;

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
    for (let round = 0; round <= rounds; round++) {
      const [a, b] = [await run(ours), await run(theirs)];
      if (round > 0) results.ours.push(a);
      if (round > 0) results.theirs.push(b);
    }
    return {
      title: "Speed",
      method: `\`npm run tracker\` beside bittorrent-tracker's own server, each in a process of its own, by turns in ${rounds} rounds of new connections after one to warm up: ${clients} clients that announce ${announcesEach} times each, with five offers of real size, and answer every offer; the next announce as soon as the reply is there, so that the server never rests. Clients share the machine's other core, and hold the throughput of both down; the processor time of the server alone stands beside it.`,
      figures: compare(summary(results.ours), summary(results.theirs)),
    };
  } finally {
    ours.process.kill();
    theirs.process.kill();
  }
};

async function start(name: string): Promise<Server> {
  const child = fork(new URL("speed/server.ts", import.meta.url), [name]);
  const told = await hear(child);
  if (!("port" in told)) throw new Error(`${name} told no port`);
  return { process: child, url: `ws://127.0.0.1:${told.port}` };
}

async function run(server: Server): Promise<Result> {
  const before = await cpuOf(server);
  const trial = await runCrowd(server.url, clients, announcesEach);
  return { ...trial, cpuMicroseconds: (await cpuOf(server)) - before };
}

async function cpuOf({ process: child }: Server): Promise<number> {
  child.send("how much?");
  const told = await hear(child);
  return "cpuMicroseconds" in told ? told.cpuMicroseconds : Number.NaN;
}

async function hear(child: ChildProcess): Promise<Told> {
  const [told] = (await once(child, "message")) as [Told];
  return told;
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
  const line = (what: string, of: (summary: Summary) => number, unit: string, digits = 0): Figure => ({
    what,
    value: `${of(ours).toFixed(digits)}${unit}; bittorrent-tracker ${of(theirs).toFixed(digits)}${unit}`,
  });
  const ahead = (figure: Figure, holds: boolean): Figure => ({ ...figure, bound: { words: "ahead", holds } });
  return [
    ahead(
      line("announces a second", ({ perSecond }) => perSecond, ""),
      ours.perSecond > theirs.perSecond,
    ),
    line("reply latency, p50", ({ p50 }) => p50, " ms", 1),
    ahead(
      line("reply latency, p95", ({ p95 }) => p95, " ms", 1),
      ours.p95 < theirs.p95,
    ),
    line("reply latency, p99", ({ p99 }) => p99, " ms", 1),
    line("server's processor time for an announce, its offers and answers", ({ cpu }) => cpu, " µs"),
    line("offers relayed for each announce", ({ offers }) => offers, "", 2),
    line("answers relayed for each announce", ({ answers }) => answers, "", 2),
  ];
}
