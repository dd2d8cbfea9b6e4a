/** The section that plans when the channel starts and stops by itself. */

import type { ScheduleNow } from "../../functions/record/schedule-now.ts";
import { ask } from "./api.ts";
import { field } from "./page.ts";
import { minutesIn, scheduleWords } from "./schedule-words.ts";
import type { Section } from "./section.ts";

export const scheduleSection: Section = {
  id: "schedule",
  async open(onWord) {
    const tell = (error: Error) => onWord(error.message);
    field<HTMLFormElement>("schedule").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      save().then(() => onWord("The schedule is saved."), tell);
    });
    // It counts from the event's start.
    addEventListener("event-saved", () => void show().catch(tell));
    await show();
  },
};

async function save(): Promise<void> {
  take(
    await ask<ScheduleNow>("PUT", "schedule", {
      minutesBefore: minutesIn(field("minutes-before").value),
      minutesAfter: minutesIn(field("minutes-after").value),
    }),
  );
}

async function show(): Promise<void> {
  take(await ask<ScheduleNow>("GET", "schedule"));
}

function take(now: ScheduleNow): void {
  field("minutes-before").value = String(now.minutesBefore ?? "");
  field("minutes-after").value = String(now.minutesAfter ?? "");
  field("schedule-words").textContent = scheduleWords(now);
}
