/** Stops a channel that has had no input for a while, and tells people. */

import type { Channels } from "../channels.ts";
import { type IdleLimit, judge, type Minute, minutesToSee } from "./idleness.ts";
import type { Notices } from "./notices.ts";

export interface Metrics {
  /** The last minutes for which there are metrics. */
  lastMinutes(channelId: string, minutes: number): Promise<readonly Minute[]>;
}

export interface AutoStopServices {
  readonly channels: Pick<Channels, "state" | "stop">;
  readonly metrics: Metrics;
  readonly notices: Notices;
  log(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * May run twice or late: it considers only a channel that is running now, and only the run that stopped it tells
 * people.
 */
export async function stopIfIdle(
  channelId: string,
  idleLimit: IdleLimit,
  services: AutoStopServices,
): Promise<void> {
  const state = await services.channels.state(channelId);
  if (state !== "RUNNING") return;
  const minutes = await services.metrics.lastMinutes(channelId, minutesToSee(idleLimit));
  const verdict = judge(minutes, Math.floor(services.now() / 60_000), idleLimit);
  services.log(`Channel ${channelId} ${verdict.stop ? "stops" : "runs on"}: ${verdict.because}.`);
  if (!verdict.stop) return;
  if (!(await services.channels.stop(channelId))) return;
  await services.notices.send(
    "Shoal stopped the channel",
    `Channel ${channelId} was stopped because ${verdict.because}. Start it again before the next stream.`,
  );
}
