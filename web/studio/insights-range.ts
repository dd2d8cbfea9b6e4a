/** Which minutes of insights are looked at: the last hours, a show, or what lies around a minute. */

import { lengthOf, type Show } from "./shows.ts";

export interface Minutes {
  readonly first: number;
  readonly last: number;
}

interface Choice {
  readonly value: string;
  readonly words: string;
}

const MINUTE_MS = 60_000;
/** As many as the API gives at once. */
const MOST_MINUTES = 1_440;
const AROUND_MINUTES = 30;

/** Of a list's choice: `60` is the last hour, `29400000-29400059` a show. `now` is in milliseconds. */
export function minutesOf(choice: string, now: number): Minutes {
  const [first, last] = choice.split("-").map(Number);
  if (first !== undefined && last !== undefined) return { first, last };
  const current = Math.floor(now / MINUTE_MS);
  return { first: current - Number(choice) + 1, last: current };
}

export function showChoices(shows: readonly Show[], now: number): Choice[] {
  return shows.map((show) => {
    const { first, last } = minutesIn(show, now);
    const day = new Date(show.startedAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    return { value: `${first}-${last}`, words: `show of ${day}, ${lengthOf(show, now)}` };
  });
}

/** The show in which a minute lies, or what lies around it. */
export function choiceAround(minute: number, shows: readonly Show[], now: number): Choice {
  const found = shows.find((show) => {
    const { first, last } = minutesIn(show, now);
    return first <= minute && minute <= last;
  });
  if (found) return showChoices([found], now)[0] as Choice;
  const at = new Date(minute * MINUTE_MS).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return { value: `${minute - AROUND_MINUTES}-${minute + AROUND_MINUTES}`, words: `hour around ${at}` };
}

/** How many hours of these shows lie after a moment, both in milliseconds. */
export function hoursOnAir(shows: readonly Show[], from: number, until: number): number {
  const milliseconds = shows.map(({ startedAt, endedAt }) =>
    Math.max(Math.min(endedAt ?? until, until) - Math.max(startedAt, from), 0),
  );
  return milliseconds.reduce((sum, each) => sum + each, 0) / 3_600_000;
}

/** Who left last reports a few minutes after the end. The end is what is shown of a show that is longer than a day. */
function minutesIn({ startedAt, endedAt }: Show, now: number): Minutes {
  const last = Math.floor((endedAt ?? now) / MINUTE_MS);
  return { first: Math.max(Math.floor(startedAt / MINUTE_MS), last - MOST_MINUTES + 1), last };
}
