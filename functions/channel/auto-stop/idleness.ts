/** Decides whether a running channel has been without input for so long that it should stop. */

/** One minute of a channel's metrics. */
export interface Minute {
  /** Minutes since the epoch. */
  readonly minute: number;
  /** A running pipeline reports its alerts every second, so a minute with a report was on the air. */
  readonly wasRunning: boolean;
  readonly megabitsPerSecondIn: number;
}

export interface IdleLimit {
  /** After how many minutes without input the channel stops. */
  readonly autoStopMinutes: number;
}

export interface Verdict {
  readonly stop: boolean;
  readonly because: string;
  /** In how many minutes it stops if nothing comes in; null while something does, or nobody knows. */
  readonly stopsInMinutes: number | null;
}

/** A broadcaster may take at least this long to connect after a start, even if the setting is shorter. */
const GRACE_MINUTES = 15;
/** Less than speech needs, more than handshakes and keep-alives. */
const INPUT_MEGABITS_PER_SECOND = 0.02;
/** CloudWatch shows a minute with a delay of up to this; a later one counts as missing. */
const LATE_MINUTES = 5;
/** A gap of up to this is CloudWatch's; a longer one means that the channel was stopped and started. */
const GAP_MINUTES = 3;

/** How many minutes of metrics the verdict needs. */
export function minutesToSee({ autoStopMinutes }: IdleLimit): number {
  return Math.max(autoStopMinutes, GRACE_MINUTES) + LATE_MINUTES + GAP_MINUTES;
}

/** Stops only on evidence: minutes without metrics count as neither running nor silent. */
export function judge(minutes: readonly Minute[], now: number, idleLimit: IdleLimit): Verdict {
  const running = minutes.filter(({ wasRunning }) => wasRunning).toSorted((a, b) => a.minute - b.minute);
  const last = running.at(-1);
  if (!last || now - last.minute > LATE_MINUTES) {
    const because = "the metrics don't show the channel running (yet)";
    return { stop: false, because, stopsInMinutes: null };
  }
  const start = startOf(running, last);
  const hasInput = ({ megabitsPerSecondIn }: Minute) => megabitsPerSecondIn >= INPUT_MEGABITS_PER_SECOND;
  const lastInput = Math.max(...minutes.filter(hasInput).map(({ minute }) => minute));

  const minutesRunning = last.minute - start + 1;
  const minutesSilent = lastInput >= start ? Math.max(0, last.minute - lastInput) : minutesRunning;
  const left = Math.max(idleLimit.autoStopMinutes - minutesSilent, GRACE_MINUTES - minutesRunning, 0);
  const stopsInMinutes = minutesSilent === 0 ? null : left;
  if (minutesRunning < GRACE_MINUTES) {
    return { stop: false, because: `it started ${minutesRunning} min ago`, stopsInMinutes };
  }
  return {
    stop: minutesSilent >= idleLimit.autoStopMinutes,
    because: minutesSilent === 0 ? "something comes in" : `nothing has come in for ${minutesSilent} min`,
    stopsInMinutes,
  };
}

function startOf(running: readonly Minute[], last: Minute): number {
  let start = last.minute;
  for (const { minute } of running.toReversed()) {
    if (start - minute > GAP_MINUTES) break;
    start = minute;
  }
  return start;
}
