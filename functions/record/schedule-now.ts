/** The schedule as the studio's API tells it. */

import type { Instants, Schedule } from "./schedule.ts";

export interface ScheduleNow extends Schedule, Instants {
  /** The event's start, from which it counts; null while there is none. */
  readonly startsAt: string | null;
  /** Null where the channel costs nothing. */
  readonly dollarsAnHour: number | null;
}
