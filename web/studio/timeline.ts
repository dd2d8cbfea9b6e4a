/** What happened in this show, and in those before. */

import type { ShowEvent } from "../../functions/record/show.ts";
import { ask } from "./api.ts";
import { SEVERITY_WORDS } from "./health-words.ts";
import { element, field } from "./page.ts";
import { keepLooking } from "./polling.ts";
import type { Section } from "./section.ts";
import { lengthOf, type Show, showsIn } from "./shows.ts";

/** What the API gives at once (functions/record/timeline.ts): less is all that there is. */
const PAGE = 100;

/** Known events, the newest first. */
let known: readonly ShowEvent[] = [];

export const timelineSection: Section = {
  id: "timeline",
  async open(onWord) {
    const tell = (error: Error) => onWord(error.message);
    field("timeline-more").addEventListener("click", () => void older().catch(tell));
    await look();
    keepLooking(look, tell);
  },
};

async function look(): Promise<void> {
  take(await ask<ShowEvent[]>("GET", "timeline"));
}

async function older(): Promise<void> {
  const events = await ask<ShowEvent[]>("GET", `timeline/${known.at(-1)?.at ?? 0}`);
  take(events);
  field("timeline-more").hidden = events.length < PAGE;
}

function take(events: readonly ShowEvent[]): void {
  const all = new Map([...known, ...events].map((event) => [`${event.at} ${event.kind}`, event]));
  if (all.size === known.length && known.length > 0) return;
  if (known.length === 0) field("timeline-more").hidden = events.length < PAGE;
  known = [...all.values()].toSorted((one, other) => other.at - one.at);
  const shows = showsIn(known).map((show, index) => showElement(show, index === 0));
  field("shows").replaceChildren(...(shows.length > 0 ? shows : ["There has been no show yet."]));
}

/** Which shows somebody has opened or closed, by their start. */
const isOpen = new Map<number, boolean>();

function showElement(show: Show, isNewest: boolean): HTMLElement {
  const day = new Date(show.startedAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const state = show.endedAt === null && isNewest ? "so far" : "long";
  const summary = element("summary", {}, [`${day}, ${lengthOf(show, Date.now())} ${state}`]);
  const events = show.events
    .toReversed()
    .map((event) =>
      element("li", { className: event.severity }, [
        element("time", { dateTime: new Date(event.at).toISOString() }, [
          new Date(event.at).toLocaleTimeString(),
        ]),
        event.severity === "info" ? ` ${event.text}` : ` ${SEVERITY_WORDS[event.severity]}: ${event.text}`,
      ]),
    );
  const details = element("details", { open: isOpen.get(show.startedAt) ?? isNewest }, [
    summary,
    element("ul", {}, events),
  ]);
  details.addEventListener("toggle", () => isOpen.set(show.startedAt, details.open));
  return details;
}
