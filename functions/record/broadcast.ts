/** Whether viewers have a picture, as the channel's own events tell, and what an event page says about it. */

import type { EventDetails } from "./event-details.ts";

export interface Broadcast {
  readonly isRunning: boolean;
  /** Encoding pipelines that run. */
  readonly pipelines: number;
  /** Pipelines that wait for a publisher, by MediaLive's names. */
  readonly waiting: readonly string[];
  /** Whether there was a picture since the channel last started, before `changedAt`. */
  readonly hadPicture: boolean;
  /** Since when there has been a picture, or none; in milliseconds since the epoch, as all times here. */
  readonly changedAt: number;
  /** When the channel came into its state, so that an older event that comes late changes nothing. */
  readonly stateAt: number;
  /** The same of each pipeline's alert. */
  readonly alertsAt: Readonly<Record<string, number>>;
}

/** What is known of a channel and its event; null for what nobody has told. */
export interface ChannelRecord {
  readonly details: EventDetails | null;
  readonly broadcast: Broadcast | null;
}

/**
 * "waiting": it hasn't begun; "live": there is a picture; "back-soon": the publisher is gone, and may come back;
 * "ended": the channel was stopped after it.
 */
export type Standing = "waiting" | "live" | "back-soon" | "ended";

export function hasPicture({ isRunning, pipelines, waiting }: Broadcast): boolean {
  return isRunning && waiting.length < Math.max(1, pipelines);
}

/** Where the event stands; null when the channel hasn't told anything yet. */
export function standingOf(
  details: Pick<EventDetails, "startsAt"> | null,
  broadcast: Broadcast | null,
): Standing | null {
  if (!broadcast) return null;
  if (hasPicture(broadcast)) return "live";
  if (!broadcast.hadPicture) return "waiting";
  if (broadcast.isRunning) return "back-soon";
  // Who sets another start after the end announces the next event.
  const startsAt = details?.startsAt ?? null;
  return startsAt !== null && Date.parse(startsAt) > broadcast.changedAt ? "waiting" : "ended";
}

/** Reads what was stored. Throws when it isn't a broadcast. */
export function parseBroadcast(input: unknown): Broadcast {
  const from = (input ?? {}) as Partial<Record<keyof Broadcast, unknown>>;
  const { pipelines, waiting, changedAt, stateAt, alertsAt } = from;
  const isWhole =
    [pipelines, changedAt, stateAt].every(Number.isFinite) &&
    Array.isArray(waiting) &&
    typeof alertsAt === "object" &&
    alertsAt !== null;
  if (!isWhole) throw new Error("The record's broadcast can't be read.");
  return {
    isRunning: from.isRunning === true,
    pipelines: Number(pipelines),
    waiting: waiting.map(String),
    hadPicture: from.hadPicture === true,
    changedAt: Number(changedAt),
    stateAt: Number(stateAt),
    alertsAt: Object.fromEntries(Object.entries(alertsAt).map(([name, at]) => [name, Number(at)])),
  };
}
