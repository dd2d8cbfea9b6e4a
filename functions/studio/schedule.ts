/** The schedule in the studio: when the channel starts and stops by itself. */

import { readSchedule, writeSchedule } from "../record/plans.ts";
import { readDetails } from "../record/record.ts";
import { instantsOf, parseSchedule } from "../record/schedule.ts";
import type { ScheduleNow } from "../record/schedule-now.ts";
import type { Routes, StudioServices } from "./route.ts";

export const SCHEDULE: Routes = {
  "GET schedule": async (_, __, services) => ({ status: 200, body: await scheduleNow(services) }),
  "PUT schedule": async ({ body }, _, services) => {
    await writeSchedule(services.table, parseSchedule(body));
    return { status: 200, body: await scheduleNow(services) };
  },
};

async function scheduleNow({ table, dollarsAnHour }: StudioServices): Promise<ScheduleNow> {
  const [schedule, details] = await Promise.all([readSchedule(table), readDetails(table)]);
  const startsAt = details?.startsAt ?? null;
  return { ...schedule, startsAt, ...instantsOf(schedule, startsAt), dollarsAnHour };
}
