/** What `/event.json` says: the event as it is set, and where it stands. Pages ask for it every few seconds. */

import { type ChannelRecord, type Standing, standingOf } from "../record/broadcast.ts";
import type { EventDetails } from "../record/event-details.ts";

export interface EventNow {
  /** Null when nothing is set. */
  readonly details: EventDetails | null;
  /** Null when the channel hasn't told anything yet. */
  readonly standing: Standing | null;
  /** Since when it stands there, in milliseconds since the epoch. */
  readonly since: number | null;
  /** The colour of text that can be read on the event's background; null where it has none. */
  readonly ink: "#000000" | "#ffffff" | null;
  /** When this was said, so that a page counts down by this clock and not by its viewer's. */
  readonly now: number;
}

export function eventNow({ details, broadcast }: ChannelRecord, now: number): EventNow {
  const background = details?.colours.background ?? null;
  return {
    details,
    standing: standingOf(details, broadcast),
    since: broadcast?.changedAt ?? null,
    ink: background === null ? null : inkOn(background),
    now,
  };
}

/** What red, green and blue add to it. */
const WEIGHTS = [0.2126, 0.7152, 0.0722];

/** Black or white, whichever has the higher contrast by WCAG 2.2's relative luminance. */
function inkOn(background: string): "#000000" | "#ffffff" {
  const luminance = WEIGHTS.reduce((sum, weight, index) => {
    const part = Number.parseInt(background.slice(1 + 2 * index, 3 + 2 * index), 16) / 255;
    return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  return luminance > 0.179 ? "#000000" : "#ffffff";
}
