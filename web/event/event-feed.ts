/** Asks for `/event.json` every few seconds, so that a change is on the screen within ten; less often where nobody looks. */

import type { EventNow } from "../../functions/site/event-now.ts";

/** The edge keeps an answer for two seconds more. Spread, so that an audience that came at once doesn't ask at once. */
const OFTEN_MS = { least: 6_000, spread: 1_000 };
const RARELY_MS = { least: 30_000, spread: 10_000 };

/** So long after its end, an event that nobody has closed is only glanced at. */
const LONG_OVER_MS = 600_000;

/** The milliseconds to the next request. `chance` is from 0 to 1. */
export function nextInMs(known: EventNow | null, isVisible: boolean, chance: number): number {
  const isLongOver =
    known?.standing === "ended" && known.since !== null && known.now - known.since > LONG_OVER_MS;
  const { least, spread } = isVisible && !isLongOver ? OFTEN_MS : RARELY_MS;
  return least + spread * chance;
}

/** Whether this is an answer of the site's; its contents are trusted. */
export function isEventNow(found: unknown): found is EventNow {
  return typeof found === "object" && found !== null && "details" in found && "now" in found;
}

/** Calls back with each answer. A request without one is made again like any other. Begins at once. */
export function feedEvent(onEvent: (event: EventNow) => void): void {
  let known: EventNow | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    clearTimeout(timer);
    const found: unknown = await fetch("/event.json")
      .then((response) => (response.ok ? response.json() : null))
      .catch(() => null);
    if (isEventNow(found)) {
      known = found;
      onEvent(found);
    }
    clearTimeout(timer);
    timer = setTimeout(ask, nextInMs(known, !document.hidden, Math.random()));
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void ask();
  });
  void ask();
}
