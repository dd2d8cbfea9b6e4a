/** Counts what was watched in dollars, for people: all of it estimated. */

import type { Usage } from "../../functions/insights/usage.ts";
import type { Prices } from "../../functions/record/prices.ts";

interface Spent {
  readonly dollars: number;
  /** The same if nobody had shared. */
  readonly withoutSharing: number;
}

/** `onAirHours` is how long the channel ran. */
export function spentOn(usage: Usage, onAirHours: number, prices: Prices): Spent {
  const { hoursWatched, gigabytesFromCdn, gigabytesFromPeers } = usage;
  const channel = onAirHours * (prices.channelHour ?? 0);
  return {
    dollars: channel + gigabytesFromCdn * prices.gigabyte + hoursWatched * prices.viewerHour,
    withoutSharing:
      channel +
      (gigabytesFromCdn + gigabytesFromPeers) * prices.gigabyte +
      hoursWatched * prices.viewerHourAlone,
  };
}

/** When a month began, by this person's clock, in milliseconds, and which part of it has passed. */
export function monthOf(now: Date): { readonly startsAt: number; readonly passed: number } {
  const startsAt = new Date(now.getFullYear(), now.getMonth()).getTime();
  const endsAt = new Date(now.getFullYear(), now.getMonth() + 1).getTime();
  return { startsAt, passed: (now.getTime() - startsAt) / (endsAt - startsAt) };
}

/** As titles and values. `passed` is the part of the month that is over. */
export function spendingRows(shown: Spent, month: Spent, passed: number): [string, string][] {
  return [
    ["These hours cost", dollars(shown.dollars)],
    ["Without sharing", dollars(shown.withoutSharing)],
    ["This month so far", dollars(month.dollars)],
    ["The month, if it goes on so", dollars(month.dollars / Math.max(passed, ONE_DAY))],
    ["… without sharing", dollars(month.withoutSharing / Math.max(passed, ONE_DAY))],
  ];
}

/** Of a month, about: a few minutes tell nothing of thirty days. */
const ONE_DAY = 1 / 30;

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
