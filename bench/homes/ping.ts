/** Pings the server from a home all the while: what a viewer's other traffic would notice. */

import { spawn } from "node:child_process";
import type { Span } from "./freezes.ts";

const SECONDS_BETWEEN = 0.2;

interface Ping {
  readonly at: number;
  readonly sequence: number;
  readonly ms: number;
}

export interface PingCount {
  /** Round trips of the answers that came back. */
  readonly ms: readonly number[];
  /** Pings between the first answer and the last that were never answered. */
  readonly lost: number;
}

export interface Pinging {
  count(span: Span): PingCount;
  stop(): void;
}

export function startPing(namespace: string, server: string): Pinging {
  const pings: Ping[] = [];
  const words = ["netns", "exec", namespace, "ping", "-n", "-D", "-i", `${SECONDS_BETWEEN}`, server];
  const child = spawn("ip", words, { stdio: ["ignore", "pipe", "ignore"] });
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const rows = (rest + text).split("\n");
    rest = rows.pop() ?? "";
    pings.push(...rows.flatMap((row) => parsePing(row) ?? []));
  });
  return {
    count: (span) => countPings(pings, span),
    stop: () => void child.kill(),
  };
}

export function countPings(pings: readonly Ping[], { from, to }: Span): PingCount {
  const inside = pings.filter(({ at }) => at >= from && at <= to);
  const sequences = inside.map(({ sequence }) => sequence);
  const sent = inside.length === 0 ? 0 : Math.max(...sequences) - Math.min(...sequences) + 1;
  return { ms: inside.map(({ ms }) => ms), lost: sent - new Set(sequences).size };
}

/** Reads a row of `ping -D`; null for rows without a round trip. */
export function parsePing(row: string): Ping | null {
  const [, seconds, sequence, ms] = /^\[(\d+\.\d+)\] .* icmp_seq=(\d+) .* time=([\d.]+) ms/.exec(row) ?? [];
  if (seconds === undefined) return null;
  return { at: Number(seconds) * 1000, sequence: Number(sequence), ms: Number(ms) };
}
