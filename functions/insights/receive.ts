/** Takes a viewer's report, or refuses it, and says when the next is due. */

import type { KeptReport } from "./kept-report.ts";
import type { Pace } from "./pace.ts";
import type { CountedReport } from "./pacekeeper.ts";
import { parseReport } from "./report.ts";
import type { Group, ReportReply } from "./report-shape.ts";
import { isAsked } from "./viewer-share.ts";
import type { Whereabouts } from "./whereabouts.ts";

export interface SentReport {
  /** From the ticket, by the edge. */
  readonly viewer: string;
  readonly where: Whereabouts;
  readonly body: string;
}

export interface ReceivingServices {
  /** Counts the report, and resolves to the pace. */
  pace(report: CountedReport, nowSeconds: number): Promise<Pace>;
  keep(report: KeptReport, nowSeconds: number): Promise<void>;
  /** Counts a viewer's report in a minute; returns whether it is within the limit. */
  isWithinLimit(viewer: string, minute: number): boolean;
  /** Whether a viewer is in the control group. */
  isControl(viewer: string): boolean;
  /** In milliseconds. */
  now(): number;
}

export interface Received {
  readonly status: number;
  readonly reply: ReportReply;
}

const STATUS = { malformed: 400, "too-large": 413, late: 409, "too-often": 429 } as const;

export async function receive(
  { viewer, where, body }: SentReport,
  { pace: paceAt, keep, isWithinLimit, isControl, now: clock }: ReceivingServices,
): Promise<Received> {
  const now = clock();
  const seconds = Math.floor(now / 1000);
  // What is refused here has cost no write.
  const report = isWithinLimit(viewer, Math.floor(seconds / 60)) ? parseReport(body, now) : "too-often";
  if (typeof report === "string") {
    return { status: STATUS[report], reply: { now, pace: null, refused: report } };
  }
  const pace = await paceAt({ ...report, viewer }, seconds);
  // A viewer who knew an older probability: the minute's figures wouldn't count it. Nor can it choose for how many it stands.
  if (!isAsked(viewer, pace.probability / report.standsFor))
    return { status: 200, reply: { now, pace, refused: "not-asked" } };
  // The ticket says who is in the control group. Who says otherwise is in no group.
  const isPossible = (report.group === "control") === isControl(viewer);
  const group: Group = isPossible ? report.group : "none";
  await keep({ ...report, group, viewer, where, probability: pace.probability }, seconds);
  return { status: 200, reply: { now, pace } };
}
