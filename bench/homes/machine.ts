/** How busy the machine was: a freeze on a machine without time to spare says nothing about the network. */

import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { processesIn } from "./lab.ts";

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

interface MachineReading {
  readonly at: number;
  readonly busyMs: number;
  readonly totalMs: number;
  /** Of everything in each home's namespace. */
  readonly homeSeconds: readonly number[];
}

export interface MachineUse {
  /** Share of all processors' time, 0 to 1. */
  readonly busy: number;
  /** Processors that one home's browser kept busy, for each home. */
  readonly homes: readonly number[];
  /** Over the last minute, as uptime prints it. */
  readonly loadAverage: number;
  readonly processors: number;
}

export function readMachine(namespaces: readonly string[]): MachineReading {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (pick: (time: (typeof times)[number]) => number) =>
    times.reduce((total, time) => total + pick(time), 0);
  const idleMs = sum(({ idle }) => idle);
  const totalMs = sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq);
  const homeSeconds = namespaces.map((name) =>
    processesIn(name).reduce((seconds, id) => seconds + processorSeconds(id), 0),
  );
  return { at: Date.now(), busyMs: totalMs - idleMs, totalMs, homeSeconds };
}

export function useBetween(before: MachineReading, after: MachineReading): MachineUse {
  const seconds = (after.at - before.at) / 1000;
  return {
    busy: (after.busyMs - before.busyMs) / Math.max(1, after.totalMs - before.totalMs),
    homes: after.homeSeconds.map((used, home) => (used - (before.homeSeconds[home] ?? 0)) / seconds),
    loadAverage: loadavg()[0] ?? Number.NaN,
    processors: availableParallelism(),
  };
}

function processorSeconds(id: number): number {
  try {
    return parseProcessorSeconds(readFileSync(`/proc/${id}/stat`, "utf8"));
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

/**
 * User and system time from /proc/<id>/stat (proc(5)), with that of children that have ended, so that the time of a
 * page that was closed doesn't vanish. The second field is a name that may hold anything.
 */
export function parseProcessorSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // utime, stime, cutime and cstime are the 14th to 17th field; the first here is the third.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}
