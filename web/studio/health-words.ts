/** Says in a sentence how the stream comes in. */

import type { Health, KnownFinding, Severity } from "../../functions/record/show.ts";

/** How old a judgement may be: it is made every minute. */
const FRESH_MILLISECONDS = 4 * 60_000;

const ORDER: readonly Severity[] = ["error", "warning", "info"];

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  error: "Error",
  warning: "Warning",
  info: "Note",
};

export function healthWords(health: Health | null, now: number): string {
  if (!health) return "Nothing has been measured yet.";
  if (!health.isRunning) return "The channel is off the air.";
  if (now - health.judgedAt > FRESH_MILLISECONDS) return "Nothing has been measured for minutes.";
  const count = (severity: Severity) => health.findings.filter((each) => each.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  if (errors > 0) return `Viewers see that something is wrong: ${counted(errors, "error")}.`;
  if (warnings > 0) return `Viewers may notice: ${counted(warnings, "warning")}.`;
  return health.hasInput ? "Nothing is wrong with what comes in." : "No publisher sends anything.";
}

/** The worst first, and of those the newest. */
export function inOrder(findings: readonly KnownFinding[]): readonly KnownFinding[] {
  return findings.toSorted(
    (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity) || other.since - one.since,
  );
}

function counted(count: number, what: string): string {
  return count === 1 ? `one ${what}` : `${count} ${what}s`;
}

/** What the encoder doesn't tell, and how to have it judged nevertheless; empty where it tells all. */
export function unjudgedWords(health: Health | null): string {
  if (!health?.isRunning || health.hasInputMetrics) return "";
  return "MediaLive doesn't measure keyframes, open GOPs, the size and profile of the picture that comes in, audio that drifts, or a change of publisher. To have these judged, send with the same OBS profile to a Shoal on your own computer (npm start) before the show.";
}
