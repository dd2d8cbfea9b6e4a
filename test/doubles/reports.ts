/** Viewers' reports for tests: as they are sent, and as they are kept. */

import type { KeptReport } from "../../functions/insights/kept-report.ts";
import type { Counts, Moment } from "../../functions/insights/report-shape.ts";
import { reportText } from "../../web/insights/report-lines.ts";

export const NOW = 1_800_000_000_000;
export const MINUTE = NOW / 60_000;

const NOTHING: Counts = {
  watchedMs: 0,
  stalls: 0,
  stalledMs: 0,
  freezes: 0,
  frozenMs: 0,
  droppedFrames: 0,
  bytesFromPeers: 0,
  bytesToPeers: 0,
  bytesFromCdn: 0,
};

export function moment(at: number, counts: Partial<Counts> = {}): Moment {
  return { at, ...NOTHING, ...counts };
}

/**
 * Viewers whose ids are in the order of their shares, evenly spread; `control` is what the control group's part is set
 * against in the same way, and `cluster` one of 16.
 */
export function viewerId(share: number, control = 0.5, cluster = 0): string {
  return digits(share, 5) + digits(control, 4) + digits((cluster + 0.5) / 64, 1);
}

function digits(number: number, count: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  let rest = number;
  const id = Array.from({ length: count }, () => {
    rest *= 64;
    const digit = Math.floor(rest);
    rest -= digit;
    return alphabet.charAt(digit);
  });
  return id.join("");
}

/** A minute of a viewer who began at that moment, by default, and all went well. */
export function keptReport(changes: Partial<KeptReport> = {}): KeptReport {
  const { from = moment(NOW) } = changes;
  return {
    viewer: "AAAAAAAAAA",
    session: "12345678",
    number: 0,
    from,
    to: moment(from.at + 60_000, { watchedMs: from.watchedMs + 60_000 }),
    startMs: null,
    delayMs: null,
    kilobitsPerSecond: 3000,
    peers: 2,
    guard: "none",
    player: "shoal",
    group: "none",
    errors: [],
    isLast: false,
    standsFor: 1,
    probability: 1,
    where: { country: "DE", network: "3320", browser: "Firefox", device: "computer" },
    ...changes,
  };
}

/** What a player sends. */
export function sentReport({ from, to, errors, kilobitsPerSecond, isLast, ...rest }: KeptReport): string {
  return reportText({
    ...rest,
    from,
    to,
    errors: errors.map((kind) => ({ kind, at: to.at })),
    bitsPerSecond: kilobitsPerSecond === null ? null : kilobitsPerSecond * 1000,
    state: isLast ? "quit" : "playing",
  });
}
