/** Stops a channel that has had no input for a while, and tells people. */

import type { Channels } from "../channels.ts";
import type { Notices } from "../notices.ts";
import { type IdleLimit, judge, type Minute, minutesToSee } from "./idleness.ts";

export interface Metrics {
  /** The last minutes for which there are metrics. */
  lastMinutes(channelId: string, minutes: number): Promise<readonly Minute[]>;
}

export interface AutoStopServices {
  readonly channels: Pick<Channels, "state" | "stop">;
  readonly metrics: Metrics;
  readonly notices: Notices;
  /** Until when people want the channel to run on, in seconds since the epoch. */
  keptUntil(): Promise<number>;
  /** Tells the studio when the channel will stop, in seconds since the epoch; null while something comes in. */
  noteForecast(forecast: { readonly stopsAt: number | null; readonly notedAt: number }): Promise<void>;
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
  const now = Math.floor(services.now() / 1000);
  const keptUntil = await services.keptUntil();
  const isKept = verdict.stop && keptUntil > now;
  const stops = verdict.stop && !isKept;
  const because = isKept ? `${verdict.because}, and people want it to run` : verdict.because;
  services.log(`Channel ${channelId} ${stops ? "stops" : "runs on"}: ${because}.`);
  if (!stops) {
    const { stopsInMinutes } = verdict;
    const stopsAt = stopsInMinutes === null ? null : Math.max(now + stopsInMinutes * 60, keptUntil);
    return services.noteForecast({ stopsAt, notedAt: now });
  }
  if (!(await services.channels.stop(channelId))) return;
  await services.notices.send(
    "Shoal stopped the channel",
    `Channel ${channelId} was stopped because ${verdict.because}. Start it again before the next stream.`,
  );
  await services.noteForecast({ stopsAt: null, notedAt: now });
}
