/** Rehearsals in words: what one costs, how it goes, and what came of it. */

import type { RehearsalNow } from "../../functions/record/rehearsal.ts";

type Choice = RehearsalNow["choices"][number];

/** What this many viewers mean, before they come. */
export function choiceWords({ viewers, dollars }: Choice): string {
  const what = `${viewers} browsers without windows watch the stream for a minute, each as a viewer of its own.`;
  if (dollars === null) return `${what} On this machine that costs nothing.`;
  return `${what} That costs $${dollars.toFixed(2)} at most, for what the CDN delivers to them.`;
}

/** How the last rehearsal stands; empty before the first. Times are in milliseconds since the epoch. */
export function rehearsalWords({ last, isUnderWay }: RehearsalNow, now: number): string {
  if (!last) return "";
  const { viewers, startedAt, endsAt, points, failure } = last;
  if (isUnderWay) {
    const seconds = Math.ceil((endsAt - now) / 1000);
    const left = seconds > 0 ? `about ${seconds} s to go` : "the verdict is on its way";
    return `A rehearsal by ${viewers} viewers is under way: ${left}.`;
  }
  const when = `The rehearsal of ${new Date(startedAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}, by ${viewers} viewers:`;
  if (failure !== null) return `${when} there is no verdict. ${failure}`;
  if (points === null) return `${when} no verdict came. Was it interrupted?`;
  const bad = points.filter(({ isGood }) => !isGood).length;
  if (bad === 0) return `${when} it is ready for a show.`;
  return `${when} it isn't ready for a show. ${bad === 1 ? "One thing is" : `${bad} things are`} to be changed.`;
}
