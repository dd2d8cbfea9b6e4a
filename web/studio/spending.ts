/** What the hours that are looked at cost, and the month: asked for once, and then counted from what viewers reported. */

import type { Usage } from "../../functions/insights/usage.ts";
import type { Prices } from "../../functions/record/prices.ts";
import { ask } from "./api.ts";
import { hoursOnAir, type Minutes } from "./insights-range.ts";
import { element, field } from "./page.ts";
import type { Show } from "./shows.ts";
import { monthOf, spendingRows, spentOn } from "./spending-words.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let asked: Promise<readonly [Prices, Usage]> | null = null;

export async function showSpending(
  usage: Usage,
  { first, last }: Minutes,
  shows: readonly Show[],
): Promise<void> {
  const now = Date.now();
  const { startsAt, passed } = monthOf(new Date(now));
  asked ??= Promise.all([
    ask<Prices>("GET", "prices"),
    ask<Usage>("GET", `usage-since/${Math.floor(startsAt / HOUR_MS)}`),
  ]);
  const [prices, month] = await asked;
  const onAir = hoursOnAir(shows, first * MINUTE_MS, Math.min((last + 1) * MINUTE_MS, now));
  const rows = spendingRows(
    spentOn(usage, onAir, prices),
    spentOn(month, hoursOnAir(shows, startsAt, now), prices),
    passed,
  );
  field("spending-here").hidden = prices.channelHour !== null;
  field("spending-figures").replaceChildren(
    ...rows.map(([title, value]) =>
      element("div", {}, [element("dt", {}, [title]), element("dd", {}, [value])]),
    ),
  );
}
