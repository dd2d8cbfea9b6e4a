/** What viewers report, as figures of minutes. */

import { figuresBetween } from "../insights/roll-up.ts";
import { insightsOf } from "../insights/rows.ts";
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
    const figures = await figuresBetween(insights, { first, last, nowSeconds: now() });
    return { status: 200, body: insightsOf(figures) };
  },
};
