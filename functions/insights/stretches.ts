/** Puts a session's reports in order, so that what two of them tell counts once. */

import type { KeptReport } from "./kept-report.ts";
import { COUNT_NAMES, type Counts, type Moment } from "./report-shape.ts";

/** What a session told of between two moments that no report before had told. */
export interface Stretch {
  readonly report: KeptReport;
  readonly from: number;
  readonly to: number;
  readonly counted: Counts;
  readonly startMs: number | null;
  readonly errors: readonly string[];
  /** Whether this session has ever told of an error. */
  readonly hasErred: boolean;
}

/** The stretches of each session, in their order. */
export function stretchesOf(reports: readonly KeptReport[]): Stretch[][] {
  const sessions = Map.groupBy(reports, ({ viewer, session }) => `${viewer}#${session}`);
  return [...sessions.values()].map(inOrder);
}

/** What a report told whose reply was lost is told again by the next, and more. */
function inOrder(reports: readonly KeptReport[]): Stretch[] {
  const sorted = reports.toSorted((one, other) => one.to.at - other.to.at || one.number - other.number);
  let before: KeptReport | null = null;
  let hasErred = false;
  return sorted.map((report) => {
    const told = before !== null && report.from.at < before.to.at ? before : null;
    const from: Moment = told?.to ?? report.from;
    before = report;
    hasErred ||= report.errors.length > 0;
    return {
      report,
      from: from.at,
      to: report.to.at,
      counted: difference(report.to, from),
      startMs: told && told.startMs !== null ? null : report.startMs,
      errors: report.errors.slice(told?.errors.length ?? 0),
      hasErred,
    };
  });
}

function difference(to: Moment, from: Moment): Counts {
  const entries = COUNT_NAMES.map((name) => [name, Math.max(to[name] - from[name], 0)]);
  return Object.fromEntries(entries) as unknown as Counts;
}
