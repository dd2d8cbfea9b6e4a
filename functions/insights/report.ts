/**
 * Reads a viewer's report: CMCD version 2 in event mode (CTA-5004-A), one line for each event. The first and the last line
 * say what was counted since the session began, at two moments; a report that was lost is made up for by the next, which
 * begins where the last one that arrived had ended.
 */

import { decodeSfDict } from "@svta/cml-structured-field-values";
import {
  COUNT_KEYS,
  COUNT_NAMES,
  type Counts,
  EARLY_LEAVERS,
  GROUPS,
  type Moment,
  type Objection,
  type Report,
} from "./report-shape.ts";

const LONGEST_BYTES = 8_192;
/** The first, the last, and ten errors between them: with more, a report could be two writes of a kilobyte. */
const MOST_LINES = 12;

/** Reports make their way within a minute; one that is delivered much later is no longer counted. */
const LATEST_MS = 600_000;
/** A clock may be a little ahead. */
const EARLIEST_MS = 60_000;
/** Sleeping tabs report late, but a minute's figures can't wait for them. */
const LONGEST_SPAN_MS = 1_200_000;

/** No line carries more: 200 Mbit/s, and what was on its way when the report began. */
const MOST_BYTES_A_MS = 25_000;
const BYTES_ON_THE_WAY = 50_000_000;

/** How far seconds that were counted may exceed the time that passed: two clocks are read one after the other. */
const CLOCK_SLACK_MS = 2_000;

const SESSION = /^[\w-]{8}$/;
const WORD = /^[a-z-]{1,20}$/;
const PLAYER = /^[a-z][a-z.-]{0,19}$/;

/** Reads what a viewer sent; `now` is in milliseconds since the epoch. */
export function parseReport(body: string, now: number): Report | Objection {
  if (new TextEncoder().encode(body).length > LONGEST_BYTES) return "too-large";
  try {
    const lines = body
      .trimEnd()
      .split("\n", MOST_LINES + 1)
      .map(dictionaryIn);
    const report = reportIn(lines);
    const isPlausible = lines.length <= MOST_LINES && isWithin(report);
    if (!isPlausible) return "malformed";
    return report.to.at < now - LATEST_MS || report.to.at > now + EARLIEST_MS ? "late" : report;
  } catch {
    return "malformed";
  }
}

type Dictionary = Readonly<Record<string, unknown>>;

function dictionaryIn(line: string): Dictionary {
  const members = decodeSfDict(line, { useSymbol: false });
  return Object.fromEntries(
    Object.entries(members).map(([key, { value }]) => [
      key,
      Array.isArray(value) ? value.map(bare) : bare(value),
    ]),
  );
}

/** The value of an item, the text of a token. Dates and bytes, which no key has, are nothing. */
function bare(found: unknown): unknown {
  if (typeof found !== "object" || found === null) return found;
  const { value, description } = found as { readonly value?: unknown; readonly description?: unknown };
  return value === undefined ? description : bare(value);
}

/** Throws where something is missing or of another kind. */
function reportIn(lines: readonly Dictionary[]): Report {
  const [first, last] = [lines[0] as Dictionary, lines.at(-1) as Dictionary];
  if (lines.some(({ v, sid }) => v !== 2 || sid !== first["sid"]))
    throw new Error("These aren't one session's");
  return {
    session: wordIn(last["sid"], SESSION),
    number: integerIn(last["sn"]),
    from: momentIn(first),
    to: momentIn(last),
    startMs: optional(last["msd"]),
    delayMs: optional(last["ltc"]),
    kilobitsPerSecond: optional(last["br"]),
    peers: integerIn(last["live.shoal-peers"]),
    guard: wordIn(last["live.shoal-guard"], WORD),
    player: wordIn(last["live.shoal-player"] ?? "unknown", PLAYER),
    group: GROUPS.find((each) => each === last["live.shoal-group"]) ?? "none",
    errors: lines.flatMap(({ ec }) => (ec === undefined ? [] : [wordIn([ec].flat()[0], WORD)])),
    isLast: last["sta"] === "q",
    standsFor: optional(last["live.shoal-stands-for"]) ?? 1,
  };
}

function momentIn(line: Dictionary): Moment {
  const counts = COUNT_NAMES.map((name) => [name, integerIn(line[COUNT_KEYS[name]])]);
  return { at: integerIn(line["ts"]), ...(Object.fromEntries(counts) as Record<keyof Counts, number>) };
}

function optional(found: unknown): number | null {
  return found === undefined ? null : integerIn(found);
}

/** An integer that isn't negative, by itself or as a list's only member. */
function integerIn(found: unknown): number {
  const [value] = [found].flat();
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error("This is no count");
}

function wordIn(found: unknown, pattern: RegExp): string {
  if (typeof found === "string" && pattern.test(found)) return found;
  throw new Error("This is no word");
}

/** Whether somebody could have watched this, so that who makes figures up can't make up much. */
function isWithin(report: Report): boolean {
  const { from, to, startMs, delayMs, kilobitsPerSecond, peers, number, isLast, standsFor } = report;
  const isEarlyLeaver = standsFor === EARLY_LEAVERS && isLast && number === 0;
  const span = to.at - from.at;
  const most = (name: keyof Counts): number => {
    if (name.startsWith("bytes")) return span * MOST_BYTES_A_MS + BYTES_ON_THE_WAY;
    return name.endsWith("Ms") ? span + CLOCK_SLACK_MS : (span + CLOCK_SLACK_MS) / 10;
  };
  return (
    (standsFor === 1 || isEarlyLeaver) &&
    span >= 0 &&
    span <= LONGEST_SPAN_MS &&
    COUNT_NAMES.every((name) => to[name] >= from[name] && to[name] - from[name] <= most(name)) &&
    [startMs, delayMs].every((each) => each === null || each <= LONGEST_SPAN_MS) &&
    (kilobitsPerSecond ?? 0) <= 100_000 &&
    peers <= 1_000 &&
    number <= 10_000
  );
}
