/** Cuts a timeline into shows: each begins when the channel starts. */

import type { ShowEvent } from "../../functions/record/show.ts";

export interface Show {
  readonly startedAt: number;
  /** Null while it goes on. */
  readonly endedAt: number | null;
  /** In the order in which they happened. */
  readonly events: readonly ShowEvent[];
}

/** Of events with the newest first, shows with the newest first. The oldest may lack its beginning. */
export function showsIn(newestFirst: readonly ShowEvent[]): Show[] {
  const shows: [ShowEvent, ...ShowEvent[]][] = [];
  for (const event of newestFirst.toReversed()) {
    const current = shows.at(-1);
    if (!current || event.kind === "starting") shows.push([event]);
    else current.push(event);
  }
  return shows.map(showOf).toReversed();
}

function showOf(events: readonly [ShowEvent, ...ShowEvent[]]): Show {
  const stopped = events.findLast(({ kind }) => kind === "stopped");
  return { startedAt: events[0].at, endedAt: stopped?.at ?? null, events };
}

/** Such as "12 min" or "1 h 5 min". */
export function lengthOf({ startedAt, endedAt }: Show, now: number): string {
  const minutes = Math.round(((endedAt ?? now) - startedAt) / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
