/**
 * Writes a viewer's report in the standard's words: CMCD version 2 in event mode (CTA-5004-A), a line for each event. The
 * first and the last line say what was counted since the session began, so that a report says by itself what came between.
 */

import { encodeSfDict } from "@svta/cml-structured-field-values";
import type { COUNT_KEYS, Group, Moment } from "../../functions/insights/report-shape.ts";

/** As functions/insights/report.ts reads them: the standard's keys, and ours with a prefix by reverse DNS. */
const KEYS = {
  watchedMs: "live.shoal-watched",
  stalls: "bsa",
  stalledMs: "bsda",
  freezes: "live.shoal-freezes",
  frozenMs: "live.shoal-frozen",
  droppedFrames: "dfa",
  bytesFromPeers: "live.shoal-from-peers",
  bytesToPeers: "live.shoal-to-peers",
  bytesFromCdn: "live.shoal-from-cdn",
} as const satisfies typeof COUNT_KEYS;

/** The standard has lists of these, one member for each kind of media. */
const LISTS: readonly string[] = ["bsa", "bsda", "br"];

/** The standard's states. */
export type PlayerState = "starting" | "playing" | "rebuffering" | "paused" | "quit";

const STATES = { starting: "s", playing: "p", rebuffering: "r", paused: "a", quit: "q" } as const;

/** A kind of error that kept the stream from playing, and when. */
export interface ReportedError {
  readonly at: number;
  readonly kind: string;
}

export interface ReportFacts {
  readonly session: string;
  readonly number: number;
  readonly from: Moment;
  readonly to: Moment;
  readonly state: PlayerState;
  /** Null once it was told, or while there is no first frame. */
  readonly startMs: number | null;
  readonly delayMs: number | null;
  readonly bitsPerSecond: number | null;
  readonly peers: number;
  readonly guard: string;
  /** What plays, in a word. */
  readonly player: string;
  readonly group: Group;
  readonly errors: readonly ReportedError[];
  /** For how many viewers like this one it stands. */
  readonly standsFor: number;
}

type Values = Readonly<Record<string, unknown>>;

export function reportText(facts: ReportFacts): string {
  const {
    session,
    number,
    from,
    to,
    state,
    startMs,
    delayMs,
    bitsPerSecond,
    peers,
    guard,
    player,
    group,
    errors,
    standsFor,
  } = facts;
  const line = (event: string, at: number, values: Values) =>
    encoded({ e: Symbol(event), ts: at, v: 2, sid: session, ...values });
  return [
    number === 0
      ? line("ps", from.at, { sta: Symbol(STATES.starting), ...countsOf(from) })
      : line("t", from.at, countsOf(from)),
    ...errors.map(({ at, kind }) => line("e", at, { ec: [kind] })),
    line(state === "quit" ? "ps" : "t", to.at, {
      sn: number,
      sta: Symbol(STATES[state]),
      msd: startMs,
      ltc: delayMs,
      br: bitsPerSecond === null ? null : bitsPerSecond / 1000,
      ...countsOf(to),
      "live.shoal-peers": peers,
      "live.shoal-guard": Symbol(guard),
      "live.shoal-player": Symbol(player),
      "live.shoal-group": Symbol(group),
      "live.shoal-stands-for": standsFor === 1 ? null : standsFor,
    }),
  ].join("\n");
}

function countsOf(moment: Moment): Values {
  const names = Object.keys(KEYS) as (keyof typeof KEYS)[];
  return Object.fromEntries(names.map((name) => [KEYS[name], moment[name]]));
}

/** Numbers are the standard's integers; what is null isn't said. */
function encoded(values: Values): string {
  const said = Object.entries(values).flatMap(([key, value]) => {
    if (value === null) return [];
    const rounded = typeof value === "number" ? Math.round(value) : value;
    return [[key, LISTS.includes(key) ? [rounded] : rounded] as const];
  });
  return encodeSfDict(Object.fromEntries(said));
}
