/** The last minutes of a session as rates: what the chart draws from the figures' growing sums. */

import type { Figures } from "../sharing/figures.ts";

type Sums = Pick<Figures, "bytesFromPeers" | "bytesFromCdn" | "bytesToPeers">;

/** Columns of equal length: when, in seconds, and megabits per second in each direction. */
export interface Traffic {
  atSeconds: number[];
  fromPeers: number[];
  fromCdn: number[];
  toPeers: number[];
}

// Segments come in bursts every few seconds; a mean over as long as that shows the flow and not the bursts.
const meanOverSeconds = 6;

/** Keeps the sums of the last `spanSeconds` and reads them as rates. */
export class TrafficHistory {
  readonly #spanSeconds: number;
  readonly #samples: { at: number; sums: Sums }[] = [];

  constructor(spanSeconds: number) {
    this.#spanSeconds = spanSeconds;
  }

  add(atSeconds: number, { bytesFromPeers, bytesFromCdn, bytesToPeers }: Sums): void {
    this.#samples.push({ at: atSeconds, sums: { bytesFromPeers, bytesFromCdn, bytesToPeers } });
    const oldest = atSeconds - this.#spanSeconds - meanOverSeconds;
    while ((this.#samples[0]?.at ?? atSeconds) < oldest) this.#samples.shift();
  }

  rates(): Traffic {
    const traffic: Traffic = { atSeconds: [], fromPeers: [], fromCdn: [], toPeers: [] };
    for (const { at, sums } of this.#samples) {
      const before = this.#samples.find((sample) => sample.at >= at - meanOverSeconds);
      if (!before || before.at === at) continue;
      const megabits = (name: keyof Sums) => ((sums[name] - before.sums[name]) * 8) / 1e6 / (at - before.at);
      traffic.atSeconds.push(at);
      traffic.fromPeers.push(megabits("bytesFromPeers"));
      traffic.fromCdn.push(megabits("bytesFromCdn"));
      traffic.toPeers.push(megabits("bytesToPeers"));
    }
    return traffic;
  }
}
