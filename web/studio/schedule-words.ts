/** What the schedule means, in words. */

import type { ScheduleNow } from "../../functions/record/schedule-now.ts";

const HOUR = 3_600_000;

export function scheduleWords({ startsAt, startAt, stopAt, dollarsAnHour, ...minutes }: ScheduleNow): string {
  if (minutes.minutesBefore === null && minutes.minutesAfter === null)
    return "The channel starts and stops by hand.";
  if (startsAt === null) return "Say in the event when it starts: the schedule counts from there.";
  const at = (instant: number) =>
    new Date(instant).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const start = startAt === null ? "The channel is started by hand" : `The channel starts ${at(startAt)}`;
  const stop = stopAt === null ? "is stopped by hand, or when nothing comes in" : `stops ${at(stopAt)}`;
  const cost =
    startAt === null || stopAt === null || dollarsAnHour === null
      ? ""
      : ` That costs $${(((stopAt - startAt) / HOUR) * dollarsAnHour).toFixed(2)} before anybody watches.`;
  return `${start}, and ${stop}.${cost}`;
}

/** What a field for minutes says; null for none. */
export function minutesIn(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
