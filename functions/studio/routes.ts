/** The sections of the studio's API, each in a file of its own. */

import { EVENT } from "./event.ts";
import { HEALTH } from "./health.ts";
import { INSIGHTS } from "./insights.ts";
import { KEY } from "./key.ts";
import { LIVE } from "./live.ts";
import { PASSKEYS } from "./passkeys.ts";
import { PEOPLE } from "./people.ts";
import { PICTURE } from "./picture.ts";
import { REHEARSAL } from "./rehearsal.ts";
import type { Routes } from "./route.ts";
import { SCHEDULE } from "./schedule.ts";
import { SESSION } from "./session.ts";
import { SPENDING } from "./spending.ts";
import { WEBHOOK } from "./webhook.ts";

export const ROUTES: Routes = {
  ...SESSION,
  ...LIVE,
  ...KEY,
  ...SCHEDULE,
  ...EVENT,
  ...HEALTH,
  ...INSIGHTS,
  ...PASSKEYS,
  ...PEOPLE,
  ...PICTURE,
  ...REHEARSAL,
  ...SPENDING,
  ...WEBHOOK,
};
