/** Reports of who has tickets and makes the rest up: in each something that no other has said, and as much watched as is taken. */

import type { SentReport } from "../../functions/insights/receive.ts";
import { whereaboutsIn } from "../../functions/insights/whereabouts.ts";
import { keptReport, moment, sentReport, viewerId } from "../../test/doubles/reports.ts";
import type { Chance } from "../chance.ts";
import { BEGINNING } from "./visit.ts";

/** The longest span that a report may have. */
const SPAN_MS = 1_200_000;

/** What is put in place of these words makes one report of another: to write each from nothing takes most of the time. */
const WORDS = { player: "a-player", guard: "a-guard", error: "an-error", other: "other-error" };

/** The report of the stranger of this number, from 0, by a ticket of its own. */
export function madeUpReport(number: number, second: number, chance: Chance): SentReport {
  const word = lettersOf(number);
  const where = whereaboutsIn({
    "user-agent": `${word}/${number}`,
    "cloudfront-viewer-country": word.slice(-2).toUpperCase(),
    "cloudfront-viewer-asn": String(100_000 + number),
  });
  const body = bodyAt(second)
    .replace(WORDS.player, word)
    .replace(WORDS.guard, word)
    .replace(WORDS.error, `x${word}`)
    .replace(WORDS.other, `y${word}`)
    .replace("br=(1)", `br=(${number % 100_001})`);
  return { viewer: viewerId(chance.next()), where, body };
}

let written = { second: -1, body: "" };

/** Of a second in which thousands report. */
function bodyAt(second: number): string {
  if (written.second === second) return written.body;
  const to = BEGINNING + second * 1000;
  const report = keptReport({
    from: moment(to - SPAN_MS),
    to: moment(to, { watchedMs: SPAN_MS }),
    player: WORDS.player,
    guard: WORDS.guard,
    kilobitsPerSecond: 1,
    errors: [WORDS.error, WORDS.other],
  });
  written = { second, body: sentReport(report) };
  return written.body;
}

/** A word of its own for each number: eight letters. */
function lettersOf(number: number): string {
  return Array.from({ length: 8 }, (_, place) =>
    String.fromCharCode(97 + (Math.floor(number / 26 ** (7 - place)) % 26)),
  ).join("");
}
