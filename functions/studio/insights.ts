/** What viewers report, as figures of minutes. */

import { readRamp } from "../insights/ramp-store.ts";
import { guardNotice } from "../insights/ramp-words.ts";
import { figuresBetween } from "../insights/roll-up.ts";
import { insightsOf, type ShownInsights } from "../insights/rows.ts";
import { Refusal } from "./request.ts";
import { lastOf, type Routes } from "./route.ts";

/** An answer of a function is 6 MB at most; a day is half a one. */
const MOST_MINUTES = 1440;

export const INSIGHTS: Routes = {
  /** The name is the first and the last minute, since the epoch: `29400000-29400059`. */
  "GET insights/*": async (request, _, { insights, now }) => {
    const [first = Number.NaN, last = Number.NaN] = lastOf(request).split("-").map(Number);
    if (!(last >= first && last - first < MOST_MINUTES))
      throw new Refusal(400, "Name the first and the last minute, of at most a day.");
    const [figures, { kept }] = await Promise.all([
      figuresBetween(insights, { first, last, nowSeconds: now() }),
      readRamp(insights),
    ]);
    const body: ShownInsights = { ...insightsOf(figures), guard: guardNotice(kept, now() * 1000) };
    return { status: 200, body };
  },
};
