/**
 * How often viewers report, and how many of them do, so that any audience makes about as many reports as a small one.
 *
 * Every viewer decides before each report whether it is in the sample (viewer-share.ts), so a lower probability holds for
 * those who report already as well as for newcomers, and all figures of a minute are divided by one probability. First
 * reports are spread over the same time as all others, so that a crowd that comes at once is slow to report: the
 * probability falls while it does.
 */

export interface Pace {
  /** The part of all viewers that reports: 1, or a power of a half. */
  readonly probability: number;
  /** From one report of a viewer to the next. */
  readonly seconds: number;
  /** The part of the viewers whom SharingGuard lets share (guard.ts). */
  readonly ramp: number;
}

/** What is remembered of the pace between reports. */
export interface KeptPace {
  readonly probability: number;
  /** The window in which it last changed, or in which it last had to be as low as it is. */
  readonly window: number;
}

/** 15 reports an hour: a viewer-hour costs four thousandths of a cent (`npm run cost`). */
export const REPORT_SECONDS = 240;

/**
 * Reports of viewers in the sample are counted in windows. Who has just left the sample reports once more and is told so;
 * those aren't counted, nor is anybody's last report, or the sample would shrink beyond what is needed.
 */
const WINDOW_SECONDS = 5;

/**
 * On average 16 a second, of which a sample of 1,900 to 3,800 viewers makes half to all. Everybody's last report at the end
 * of a show comes on top. A window that has as many is full, and one that fills several times over is as many halvings.
 */
const MOST_IN_A_WINDOW = 16 * WINDOW_SECONDS;

/** A window with fewer would still not be full with twice as many viewers, and a margin. */
const FEW_IN_A_WINDOW = MOST_IN_A_WINDOW / 4;

/**
 * Of quiet, before the sample grows. Viewers who come into it report within an interval, so a second and a third step may
 * follow before the first has its whole effect; they lead from a quarter of what is wanted to no more than that.
 */
const WINDOWS_BEFORE_RISE = 60 / WINDOW_SECONDS;

/** One in 65,536: the sample of four billion viewers. */
const LEAST_PROBABILITY = 2 ** -16;

export const FIRST_PACE: KeptPace = { probability: 1, window: 0 };

/** Where the deployment wants no reports: players of before that was said learn it by the next answer. */
export const NOBODY_REPORTS: Pace = { probability: 0, seconds: REPORT_SECONDS, ramp: 1 };

export function windowAt(seconds: number): number {
  return Math.floor(seconds / WINDOW_SECONDS);
}

/** The pace after `counted` reports in this window, of which `before` were known the last time. */
export function paceAfter(
  pace: KeptPace,
  { window, counted, before }: { readonly window: number; readonly counted: number; readonly before: number },
): KeptPace {
  const filled = Math.floor(counted / MOST_IN_A_WINDOW) - Math.floor(before / MOST_IN_A_WINDOW);
  if (filled > 0) {
    return { probability: Math.max(pace.probability / 2 ** filled, LEAST_PROBABILITY), window };
  }
  if (pace.probability === 1) return pace;
  if (counted >= FEW_IN_A_WINDOW) return before < FEW_IN_A_WINDOW ? { ...pace, window } : pace;
  if (window - pace.window < WINDOWS_BEFORE_RISE) return pace;
  return { probability: pace.probability * 2, window };
}

/** The pace as viewers are told. */
export function paceOf({ probability }: KeptPace, ramp: number): Pace {
  return { probability, seconds: REPORT_SECONDS, ramp };
}
