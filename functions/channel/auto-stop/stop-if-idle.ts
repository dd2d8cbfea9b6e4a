// Stops a channel that nobody has sent anything to, and says so.

import type { Channels } from "../channels.ts";
import { judge, minutesToSee, type Patience } from "./idleness.ts";
import type { Metrics } from "./metrics.ts";
import type { Notices } from "./notices.ts";

export interface World {
  readonly channels: Pick<Channels, "state" | "stop">;
  readonly metrics: Metrics;
  readonly notices: Notices;
  log(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * May run twice or late: only a channel that is running at this moment is looked at, and only the run whose request
 * stopped it tells people.
 */
export async function stopIfIdle(channelId: string, patience: Patience, world: World): Promise<void> {
  const state = await world.channels.state(channelId);
  if (state !== "RUNNING") return;
  const minutes = await world.metrics.lastMinutes(channelId, minutesToSee(patience));
  const verdict = judge(minutes, Math.floor(world.now() / 60_000), patience);
  world.log(`Channel ${channelId} ${verdict.stop ? "stops" : "runs on"}: ${verdict.because}.`);
  if (!verdict.stop) return;
  if (!(await world.channels.stop(channelId))) return;
  await world.notices.send(
    "Shoal stopped the channel",
    `Channel ${channelId} was stopped because ${verdict.because}. Start it again before the next stream.`,
  );
}
