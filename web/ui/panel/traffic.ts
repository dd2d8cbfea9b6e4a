/** Turns the stats' growing totals into the throughput that the chart draws. */

import type { Stats } from "../../playback/stats.ts";

type Totals = Pick<Stats, "bytesFromPeers" | "bytesFromCdn" | "bytesToPeers">;

/** Columns of equal length: time in seconds, and megabits per second in each direction. */
export interface Traffic {
  atSeconds: number[];
  fromPeers: number[];
  fromCdn: number[];
  toPeers: number[];
}

// Segments arrive in bursts a few seconds apart. A mean over several of them shows the throughput instead of the bursts.
const MEAN_SECONDS = 6;

/** Keeps the totals of the last `spanSeconds`. */
export class TrafficHistory {
  readonly #spanSeconds: number;
  readonly #samples: { at: number; totals: Totals }[] = [];

  constructor(spanSeconds: number) {
    this.#spanSeconds = spanSeconds;
  }

  add(atSeconds: number, { bytesFromPeers, bytesFromCdn, bytesToPeers }: Totals): void {
    this.#samples.push({ at: atSeconds, totals: { bytesFromPeers, bytesFromCdn, bytesToPeers } });
    const oldest = atSeconds - this.#spanSeconds - MEAN_SECONDS;
    this.#samples.splice(
      0,
      this.#samples.findIndex(({ at }) => at >= oldest),
    );
  }

  rates(): Traffic {
    const traffic: Traffic = { atSeconds: [], fromPeers: [], fromCdn: [], toPeers: [] };
    for (const { at, totals } of this.#samples) {
      const before = this.#samples.find((sample) => sample.at >= at - MEAN_SECONDS);
      if (!before || before.at === at) continue;
      const megabits = (name: keyof Totals) =>
        ((totals[name] - before.totals[name]) * 8) / 1e6 / (at - before.at);
      traffic.atSeconds.push(at);
      traffic.fromPeers.push(megabits("bytesFromPeers"));
      traffic.fromCdn.push(megabits("bytesFromCdn"));
      traffic.toPeers.push(megabits("bytesToPeers"));
    }
    return traffic;
  }
}
