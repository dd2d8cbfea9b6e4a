/** When the channel starts and stops by itself, counted from the event's start. */

export interface Schedule {
  /** Minutes before the event's start at which the channel starts; null when it is started by hand. */
  readonly minutesBefore: number | null;
  /** Minutes after the event's start at which it stops; null when it is stopped by hand, or when it is idle. */
  readonly minutesAfter: number | null;
}

/** What was done already, as the instants for which it was: so that a person who does otherwise later is let be. */
export interface ScheduleDone {
  readonly start: number | null;
  readonly stop: number | null;
}

/** In milliseconds since the epoch; null for what isn't planned, or has no start to count from. */
export interface Instants {
  readonly startAt: number | null;
  readonly stopAt: number | null;
}

/** What can't be kept. The message is for the person who wrote it. */
export class ScheduleError extends Error {
  override readonly name = "ScheduleError";
}

export const NO_SCHEDULE: Schedule = { minutesBefore: null, minutesAfter: null };

const MINUTE = 60_000;
const MOST_MINUTES = 24 * 60;
/** MediaLive takes three minutes to start, rarely ten: whoever plans less is late for the event. */
const LEAST_BEFORE = 5;

/** Reads a schedule from unknown input. Throws a ScheduleError that says what is wrong. */
export function parseSchedule(input: unknown): Schedule {
  const { minutesBefore, minutesAfter } = (input ?? {}) as Partial<Record<keyof Schedule, unknown>>;
  return {
    minutesBefore: minutesIn(minutesBefore, "The channel starts", LEAST_BEFORE),
    minutesAfter: minutesIn(minutesAfter, "The channel stops", 1),
  };
}

function minutesIn(value: unknown, what: string, least: number): number | null {
  if (value === null || value === undefined) return null;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= MOST_MINUTES)
    return Number(value);
  throw new ScheduleError(
    `${what} ${least} to ${MOST_MINUTES} whole minutes from the event's start, or not by itself.`,
  );
}

export function instantsOf({ minutesBefore, minutesAfter }: Schedule, startsAt: string | null): Instants {
  const start = startsAt === null ? null : Date.parse(startsAt);
  return {
    startAt: start === null || minutesBefore === null ? null : start - minutesBefore * MINUTE,
    stopAt: start === null || minutesAfter === null ? null : start + minutesAfter * MINUTE,
  };
}
