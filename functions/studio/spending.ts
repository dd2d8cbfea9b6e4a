/** What the page needs to say what shows cost: prices, and what was watched since an hour. */

import { usageSince } from "../insights/hour-sums.ts";
import type { Prices } from "../record/prices.ts";
import { VIEWERS_PRICES } from "./price.ts";
import { Refusal } from "./request.ts";
import { lastOf, type Routes } from "./route.ts";

/** Hours of the longest month, and a day for the time zone. */
const MOST_HOURS = 32 * 24;

export const SPENDING: Routes = {
  "GET prices": async (_, __, { dollarsAnHour }) => {
    const prices: Prices = { ...VIEWERS_PRICES, channelHour: dollarsAnHour };
    return { status: 200, body: prices };
  },
  /** The name is the first hour, since the epoch. */
  "GET usage-since/*": async (request, _, { insights, now }) => {
    const first = Number(lastOf(request));
    if (!(first >= now() / 3600 - MOST_HOURS)) throw new Refusal(400, "Name an hour of the last month.");
    return { status: 200, body: await usageSince(insights, first, now()) };
  },
};
