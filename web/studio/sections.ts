/** The sections of the studio's page, each in a file of its own. */

import { eventSection } from "./event-form.ts";
import { healthSection } from "./health.ts";
import { insightsSection } from "./insights.ts";
import { liveSection } from "./live.ts";
import { passkeySection } from "./passkeys.ts";
import { peopleSection } from "./people.ts";
import { picturesSection } from "./pictures.ts";
import { rehearsalSection } from "./rehearsal.ts";
import { scheduleSection } from "./schedule.ts";
import type { Section } from "./section.ts";
import { timelineSection } from "./timeline.ts";
import { webhookSection } from "./webhook.ts";

export const SECTIONS: readonly Section[] = [
  liveSection,
  picturesSection,
  healthSection,
  rehearsalSection,
  eventSection,
  insightsSection,
  scheduleSection,
  timelineSection,
  webhookSection,
  passkeySection,
  peopleSection,
];
