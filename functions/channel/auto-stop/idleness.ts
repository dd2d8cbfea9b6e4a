// Decides whether a running channel has been without input for so long that it should stop.

/** One minute of a channel's metrics. */
export interface Minute {
  /** Minutes since the epoch. */
  readonly minute: number;
  /** A running pipeline reports its alerts every second, so a minute with a report is one that was on the air. */
  readonly wasRunning: boolean;
  readonly megabitsPerSecondIn: number;
}

export interface Patience {
  /** How many minutes without input are too many. */
  readonly autoStopMinutes: number;
}

export type Verdict = { readonly stop: boolean; readonly because: string };

/** A broadcaster may take this long after a start to get on the air, however impatient the setting. */
const GRACE_MINUTES = 15;
/** Less than a voice carries, more than handshakes and keep-alives. */
const INPUT_MEGABITS_PER_SECOND = 0.02;
/** CloudWatch shows a minute up to this late; what is later is missing. */
const LATE_MINUTES = 5;
/** A hole of this length is CloudWatch's; a longer one is a stop and a new start. */
const HOLE_MINUTES = 3;

/** How far back the verdict must be able to see. */
export function minutesToSee({ autoStopMinutes }: Patience): number {
  return Math.max(autoStopMinutes, GRACE_MINUTES) + LATE_MINUTES + HOLE_MINUTES;
}

/** Stops only on proof: minutes that are missing from the metrics count as neither running nor silent. */
export function judge(minutes: readonly Minute[], now: number, patience: Patience): Verdict {
  const running = minutes.filter(({ wasRunning }) => wasRunning).toSorted((a, b) => a.minute - b.minute);
  const last = running.at(-1);
  if (!last || now - last.minute > LATE_MINUTES) {
    return { stop: false, because: "the metrics don't show the channel running (yet)" };
  }
  const start = startOf(running, last);
  const hasInput = ({ megabitsPerSecondIn }: Minute) => megabitsPerSecondIn >= INPUT_MEGABITS_PER_SECOND;
  const lastInput = Math.max(...minutes.filter(hasInput).map(({ minute }) => minute));

  const minutesRunning = last.minute - start + 1;
  if (minutesRunning < GRACE_MINUTES) return { stop: false, because: `it started ${minutesRunning} min ago` };
  const minutesSilent = lastInput >= start ? Math.max(0, last.minute - lastInput) : minutesRunning;
  return {
    stop: minutesSilent >= patience.autoStopMinutes,
    because: minutesSilent === 0 ? "something comes in" : `nothing has come in for ${minutesSilent} min`,
  };
}

function startOf(running: readonly Minute[], last: Minute): number {
  let start = last.minute;
  for (const { minute } of running.toReversed()) {
    if (start - minute > HOLE_MINUTES) break;
    start = minute;
  }
  return start;
}
