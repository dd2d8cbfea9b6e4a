/** Compares what is found with what was known: the health to keep, the events to tell, and the e-mail to send. */

import type { Health, KnownFinding, ShowEvent } from "../../record/show.ts";
import { findingsIn } from "./findings.ts";
import { type Mail, mailOf, type Severe } from "./mail.ts";
import { type ActiveAlert, comesIn, type InputMinute, type Wanted } from "./minutes.ts";

/** Of a channel that runs. */
export interface Seen {
  /** The minutes of each pipeline. */
  readonly inputs: Readonly<Record<string, readonly InputMinute[]>>;
  readonly alerts: readonly ActiveAlert[];
  readonly wanted: Wanted;
  /** Whether the encoder measures what MediaLive doesn't. */
  readonly hasInputMetrics: boolean;
}

export interface Watched {
  readonly health: Health;
  /** What is new, and what is over. */
  readonly events: readonly ShowEvent[];
  /** Of what viewers see: that it has begun, or is over. */
  readonly mail: Mail | null;
}

export function watch(
  before: Health | null,
  { inputs, alerts, wanted, hasInputMetrics }: Seen,
  at: number,
): Watched {
  const known = new Map((before?.findings ?? []).map((finding) => [idOf(finding), finding]));
  const findings = Object.entries(inputs).flatMap(([pipeline, minutes]) => {
    const own = alerts.filter((alert) => alert.pipeline === pipeline);
    return findingsIn(minutes, wanted, own).map((finding): KnownFinding => {
      const since = known.get(idOf({ ...finding, pipeline }))?.since ?? at;
      return { ...finding, pipeline, since };
    });
  });
  const found = new Set(findings.map(idOf));
  const isSeveral = Object.keys(inputs).length > 1;
  const begun = findings
    .filter((finding) => !known.has(idOf(finding)))
    .map((finding) => ({ finding, event: eventOf(finding, finding.measured, isSeveral, at) }));
  const over = [...known.values()]
    .filter((finding) => !found.has(idOf(finding)) && finding.severity !== "info")
    .map((finding) => ({
      finding,
      event: {
        ...eventOf(finding, `Over: ${finding.measured}`, isSeveral, at),
        kind: `${idOf(finding)}-over`,
        severity: "info" as const,
      },
    }));
  const mailed = before?.mailed ?? 0;
  const mail = mailOf(severe(begun), severe(over), mailed);
  return {
    health: {
      judgedAt: at,
      isRunning: true,
      hasInput: Object.values(inputs).some(comesIn),
      hasInputMetrics,
      findings,
      mailed: mailed + (mail === null ? 0 : 1),
      ...toldOfSharing(before),
    },
    events: [...begun, ...over].map(({ event }) => event),
    mail,
  };
}

/** The health of a channel that doesn't run; null if that is known. */
export function atRest(before: Health | null, at: number): Health | null {
  if (before?.isRunning === false) return null;
  return {
    judgedAt: at,
    isRunning: false,
    hasInput: false,
    hasInputMetrics: before?.hasInputMetrics ?? false,
    findings: [],
    mailed: 0,
    ...toldOfSharing(before),
  };
}

function toldOfSharing(before: Health | null): Pick<Health, "sharingTold"> {
  return before?.sharingTold === undefined ? {} : { sharingTold: before.sharingTold };
}

function severe(told: readonly Severe[]): readonly Severe[] {
  return told.filter(({ finding }) => finding.severity === "error");
}

function idOf({ kind, pipeline }: Pick<KnownFinding, "kind" | "pipeline">): string {
  return `${kind}-${pipeline}`;
}

function eventOf(finding: KnownFinding, sentence: string, isSeveral: boolean, at: number): ShowEvent {
  const { severity, pipeline } = finding;
  const text = isSeveral ? `Encoder ${Number(pipeline) + 1}: ${sentence}` : sentence;
  return { at, kind: idOf(finding), severity, text };
}
