/** The emulator's settings and counters: text for `line.c`, and what it writes. */

import { type Pair, pipesOf } from "./network.ts";
import type { Pipe, Router } from "./scenario.ts";

/** What one pipe carried since the counters were reset. */
export interface PipeCounters {
  /** What was offered, with what was dropped or lost. */
  readonly frames: number;
  readonly udpBytes: number;
  readonly tcpBytes: number;
  /** By a full queue. */
  readonly dropped: number;
  /** By chance. */
  readonly lost: number;
  readonly largestQueueMs: number;
  /** By which a frame was sent later than the line would have: the machine's doing. */
  readonly largestLatenessMs: number;
}

const UNLIMITED: Pipe = { kilobitsPerSecond: 0, queueMs: 0, delayMs: 0, jitterMs: 0, lossPercent: 0 };

/** All rows: the pipes of every router, then the pairs. */
export function rowsOf(routers: readonly Router[], pairs: readonly Pair[]): string {
  const pipes = routers.flatMap(({ line, cdnPath, air }, index) => {
    const names = pipesOf(index);
    return [
      pipeRow(names.up, line?.up),
      pipeRow(names.down, line?.down),
      ...(cdnPath ? [pipeRow(names.cdnUp, cdnPath.up), pipeRow(names.cdnDown, cdnPath.down)] : []),
      ...(air ? [pipeRow(names.air, air)] : []),
    ];
  });
  const joined = pairs.map(({ near, far, up, down }) => `pair ${near} ${far} ${up} ${down}`);
  return `${[...pipes, ...joined].join("\n")}\n`;
}

function pipeRow(name: string, pipe = UNLIMITED): string {
  const { kilobitsPerSecond, queueMs, delayMs, jitterMs, lossPercent } = pipe;
  return `pipe ${name} ${kilobitsPerSecond} ${queueMs} ${delayMs} ${jitterMs} ${lossPercent}`;
}
