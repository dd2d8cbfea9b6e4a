/** What a rehearsal of a show is, how it stands, and what the studio shows of it. */

/** One thing that a rehearsal judges. */
export interface Point {
  readonly what: string;
  readonly measured: string;
  readonly isGood: boolean;
  /** What to change; empty where it is good. */
  readonly change: string;
}

export interface Rehearsal {
  readonly viewers: number;
  /** In milliseconds since the epoch, as all times here. */
  readonly startedAt: number;
  /** When its verdict is expected. */
  readonly endsAt: number;
  /** The verdict; null while there is none. */
  readonly points: readonly Point[] | null;
  /** Why there won't be a verdict; null otherwise. */
  readonly failure: string | null;
}

export interface RehearsalNow {
  /** How many viewers there may be, and what that means; the fewest first. */
  readonly choices: readonly RehearsalChoice[];
  /** Whether the studio can start one: only where browsers are at hand. */
  readonly canStart: boolean;
  readonly last: Rehearsal | null;
  /** Whether the last one still runs. */
  readonly isUnderWay: boolean;
}

interface RehearsalChoice {
  readonly viewers: number;
  /** At most; null where it costs nothing. */
  readonly dollars: number | null;
  /** What starts it from a terminal. */
  readonly command: string;
}

/** How long the viewers watch, after the last has come. */
export const REHEARSAL_SECONDS = 60;
/** More than this many decoding browsers, and a usual computer is what is judged. */
export const MOST_VIEWERS = 20;

/** A rehearsal that begins now: its viewers come a second apart. */
export function begun(viewers: number, now: number, seconds = REHEARSAL_SECONDS): Rehearsal {
  const endsAt = now + (viewers + seconds) * 1000;
  return { viewers, startedAt: now, endsAt, points: null, failure: null };
}

/** Whether its viewers still watch, as far as anybody knows: what is overdue was given up. */
export function isUnderWay({ points, failure, endsAt }: Rehearsal, now: number): boolean {
  return points === null && failure === null && now < endsAt + OVERDUE_MILLISECONDS;
}

/** Browsers take a while to start and to end, on a slow computer longer. */
const OVERDUE_MILLISECONDS = 30_000;
