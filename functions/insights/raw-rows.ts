/** What viewers reported, a row for each report, as Athena's table has it (template.yaml: ReportsTable). */

import { createHash } from "node:crypto";
import { hasFailed } from "./figures.ts";
import { type KeptReport, minuteOf } from "./kept-report.ts";
import { type Stretch, stretchesOf } from "./stretches.ts";

/** Columns with their types in Athena, in the table's order. Words and units are those of the metrics (metrics.ts). */
export const COLUMNS = {
  /** When what the row tells of was over. */
  ended_at: "timestamp",
  /** The same in all rows of a session: no id that stands anywhere else. */
  session_id: "string",
  /** How many viewers it stands for, in an audience of which only a part reports. */
  weight: "double",
  watched_seconds: "double",
  stalls: "int",
  rebuffering_seconds: "double",
  freezes: "int",
  frozen_seconds: "double",
  dropped_frames: "int",
  from_peers_bytes: "bigint",
  to_peers_bytes: "bigint",
  from_cdn_bytes: "bigint",
  /** Of the report that tells of the first frame. */
  start_seconds: "double",
  /** Whether the session ended here, after an error and without a first frame. */
  failed_start: "boolean",
  /** Kinds of errors, comma-separated. */
  errors: "string",
  delay_seconds: "double",
  kilobits_per_second: "int",
  peers: "int",
  guard: "string",
  player: "string",
  country: "string",
  network: "string",
  browser: "string",
  device: "string",
} as const;

type ValueOf = {
  timestamp: string;
  string: string;
  double: number;
  int: number;
  bigint: number;
  boolean: boolean;
};

/** What isn't known is null. */
export type RawRow = { readonly [Name in keyof typeof COLUMNS]: ValueOf[(typeof COLUMNS)[Name]] | null };

/**
 * The rows of these minutes, both included: what each report tells that none before it told, so that sums over rows count
 * everything once. Reports of the minutes before are needed as well. The same reports make the same rows, in the same order.
 */
export function rawRowsOf(reports: readonly KeptReport[], first: number, last: number): RawRow[] {
  return stretchesOf(reports)
    .flat()
    .filter(({ to }) => minuteOf(to) >= first && minuteOf(to) <= last)
    .map(rowOf)
    .toSorted((one, other) => Number(orderOf(one) > orderOf(other)) - Number(orderOf(one) < orderOf(other)));
}

function rowOf(stretch: Stretch): RawRow {
  const { report, counted, errors } = stretch;
  const { country, network, browser, device } = report.where;
  return {
    ended_at: new Date(stretch.to).toISOString().replace("T", " ").replace("Z", ""),
    session_id: sessionIdOf(report),
    weight: report.standsFor / report.probability,
    watched_seconds: counted.watchedMs / 1000,
    stalls: counted.stalls,
    rebuffering_seconds: counted.stalledMs / 1000,
    freezes: counted.freezes,
    frozen_seconds: counted.frozenMs / 1000,
    dropped_frames: counted.droppedFrames,
    from_peers_bytes: counted.bytesFromPeers,
    to_peers_bytes: counted.bytesToPeers,
    from_cdn_bytes: counted.bytesFromCdn,
    start_seconds: secondsIn(stretch.startMs),
    failed_start: hasFailed(stretch),
    errors: errors.length > 0 ? errors.join() : null,
    delay_seconds: secondsIn(report.delayMs),
    kilobits_per_second: report.kilobitsPerSecond,
    peers: report.peers,
    guard: report.guard,
    player: report.player,
    country,
    network,
    browser,
    device,
  };
}

/** By no more than this can a session's rows be told to be one's: not by the ticket, and by nobody who made the id up. */
function sessionIdOf({ viewer, session }: KeptReport): string {
  return createHash("sha256").update(`${viewer}#${session}`).digest("base64url").slice(0, 16);
}

function orderOf({ ended_at, session_id }: RawRow): string {
  return `${ended_at}#${session_id}`;
}

function secondsIn(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}
