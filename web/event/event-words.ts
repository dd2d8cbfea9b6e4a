/** What an event page says over the picture while there is none: that it waits, since when and until when. */

import type { Standing } from "../../functions/record/broadcast.ts";
import type { EventNow } from "../../functions/site/event-now.ts";

export interface CoverWords {
  title: string;
  /** When it begins, in the viewer's own time zone; empty where that doesn't matter any more. */
  time: string;
  countdown: string;
}

const DAY_SECONDS = 86_400;

/** `locale` is the browser's: texts are English, so other languages get English dates. */
export function coverWords(
  standing: Exclude<Standing, "live">,
  { details }: Pick<EventNow, "details">,
  now: number,
  locale: string,
  timeZone?: string,
): CoverWords {
  if (standing === "ended") return { title: "This event has ended", time: "", countdown: "" };
  if (standing === "back-soon") {
    return { title: "Back soon", time: "The picture returns here by itself.", countdown: "" };
  }
  const startsAt = details?.startsAt ?? null;
  if (startsAt === null) {
    return { title: "Not started yet", time: "The picture comes here by itself.", countdown: "" };
  }
  const start = new Date(startsAt);
  const seconds = Math.ceil((start.getTime() - now) / 1000);
  return {
    title: seconds > 0 ? "Coming up" : "Starts any moment",
    time: localTime(start, locale, timeZone),
    countdown: seconds > 0 ? countdownWords(seconds) : "",
  };
}

/** `in 3 days`, from two days on; `in 1:02:03` before, `in 0:45` in the last hour. */
export function countdownWords(seconds: number): string {
  if (seconds >= 2 * DAY_SECONDS) return `in ${Math.floor(seconds / DAY_SECONDS)} days`;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return `in ${shown.map((part, index) => (index === 0 ? `${part}` : `${part}`.padStart(2, "0"))).join(":")}`;
}

/** `12 watching`; empty while nobody has counted. */
export function viewersWords(viewers: number | null, locale: string): string {
  if (viewers === null) return "";
  return `${new Intl.NumberFormat(english(locale)).format(viewers)} watching`;
}

function localTime(start: Date, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(english(locale), {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
    ...(timeZone && { timeZone }),
  }).format(start);
}

function english(locale: string): string {
  return locale.startsWith("en") ? locale : "en-GB";
}
