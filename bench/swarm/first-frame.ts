/** How long a viewer waits for the first frame, with Shoal and with plain hls.js. */

import { atMost, type Figure, type Measurement } from "../measurement.ts";
import { median } from "./measure.ts";
import { type Stage, setStage } from "./stage.ts";
import type { Player } from "./viewer-report.ts";

const RUNS = 10;

export async function measure(): Promise<Measurement> {
  const stage = await setStage("shoal", 8);
  try {
    const alone = await compare(stage, "nobody else there");
    for (let viewer = 0; viewer < 3; viewer += 1) await stage.enter();
    const among = await compare(stage, "among 3 viewers");
    return {
      title: "Swarm: first frame",
      method: `From the player's creation until the first frame is on the screen; medians of ${RUNS}, the two players by turns. The stack is on the same machine, so this is their own work and not the network's.`,
      figures: [...alone, ...among],
    };
  } finally {
    await stage.close();
  }
}

async function compare(stage: Stage, situation: string): Promise<Figure[]> {
  const seconds: Record<"shoal" | "plain", number[]> = { shoal: [], plain: [] };
  for (let run = 0; run < RUNS; run += 1) {
    // Who goes first changes, since the second finds warmer caches.
    const order = run % 2 === 0 ? (["shoal", "plain"] as const) : (["plain", "shoal"] as const);
    for (const player of order) seconds[player].push(await firstFrame(stage, player));
  }
  const [shoal, plain] = [median(seconds.shoal), median(seconds.plain)];
  const ratio = (value: number) => `${value.toFixed(2)} times plain hls.js`;
  return [
    { what: `plain hls.js, ${situation}`, value: `${Math.round(plain * 1000)} ms` },
    { what: `Shoal, ${situation}`, value: `${Math.round(shoal * 1000)} ms` },
    atMost(`Shoal's first frame, ${situation}`, shoal / plain, 1.05, ratio),
  ];
}

async function firstFrame(stage: Stage, player: Player): Promise<number> {
  const viewer = await stage.enter({ player });
  try {
    for (let poll = 0; poll < 200; poll += 1) {
      const { stats } = await viewer.report();
      if (stats.firstFrameSeconds !== null) return stats.firstFrameSeconds;
      await viewer.page.waitForTimeout(50);
    }
    throw new Error(`${player} showed no frame in 10 s`);
  } finally {
    await stage.leave(viewer);
  }
}
