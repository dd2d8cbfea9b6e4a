/** A report as it is kept until it has become figures: beside what the viewer sent, what the border knows of it. */

import { COUNT_NAMES, type Counts, type Moment, type Report } from "./report-shape.ts";
import type { Whereabouts } from "./whereabouts.ts";

export interface KeptReport extends Report {
  /** Of the ticket. */
  readonly viewer: string;
  readonly where: Whereabouts;
  /** Of the sample when it came in. */
  readonly probability: number;
}

const MINUTE_MS = 60_000;

export function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / MINUTE_MS);
}

/** Where reports of a minute begin in the order of their ids. */
export function firstIdOf(minute: number): string {
  return String(minute).padStart(9, "0");
}

/** The same for a report that is delivered again, which then takes its own place. */
export function idOf({ to, viewer, session, number }: KeptReport): string {
  return `${firstIdOf(minuteOf(to.at))}#${viewer}#${session}#${number}`;
}

/** In less than a kilobyte, which is what a write costs. */
export function written({ from, to, where, errors, standsFor, ...report }: KeptReport): string {
  const { country, network, browser, device } = where;
  return JSON.stringify({
    ...report,
    from: numbersOf(from),
    to: numbersOf(to),
    where: [country, network, browser, device],
    ...(errors.length > 0 && { errors }),
    ...(standsFor > 1 && { standsFor }),
  });
}

export function read(text: string): KeptReport {
  const {
    from,
    to,
    where,
    errors = [],
    player = "unknown",
    group = "none",
    standsFor = 1,
    ...report
  } = JSON.parse(text);
  const [country, network, browser, device] = where;
  return {
    ...report,
    player,
    group,
    from: momentOf(from),
    to: momentOf(to),
    where: { country, network, browser, device },
    errors,
    standsFor,
  };
}

function numbersOf(moment: Moment): number[] {
  return [moment.at, ...COUNT_NAMES.map((name) => moment[name])];
}

function momentOf([at = 0, ...counts]: readonly number[]): Moment {
  const named = COUNT_NAMES.map((name, index) => [name, counts[index]]);
  return { at, ...(Object.fromEntries(named) as unknown as Counts) };
}
