/** What viewers get, by their own reports: now, in the last hours, and in past shows. */

import type { ShownInsights } from "../../functions/insights/rows.ts";
import type { ShowEvent } from "../../functions/record/show.ts";
import { ask } from "./api.ts";
import { clock, prepareCharts, showCharts } from "./insights-charts.ts";
import { COMPARISON_TITLES, comparisonRows, groupsCsvOf } from "./insights-comparison.ts";
import { choiceAround, minutesOf, showChoices } from "./insights-range.ts";
import { type Cells, cellsOf, csvOf, PART_TITLES, partsOf, TITLES } from "./insights-table.ts";
import { momentIn } from "./moment.ts";
import { element, field, write } from "./page.ts";
import type { Section } from "./section.ts";
import { type Show, showsIn } from "./shows.ts";
import { showSpending } from "./spending.ts";

const REFRESH_MS = 30_000;

let shown: ShownInsights;
let shows: readonly Show[] = [];

export const insightsSection: Section = {
  id: "insights",
  async open(onWord) {
    const refresh = () => show().catch((error: Error) => onWord(error.message));
    shows = showsIn(await ask<ShowEvent[]>("GET", "timeline"));
    offer(...showChoices(shows, Date.now()));
    prepareCharts();
    field("insights-hours").addEventListener("change", refresh);
    field("insights-csv").addEventListener("click", () => save("insights.csv", csvOf(shown), "text/csv"));
    field("insights-groups-csv").addEventListener("click", () =>
      save("groups.csv", groupsCsvOf(shown.comparison), "text/csv"),
    );
    field("insights-json").addEventListener("click", () =>
      save("insights.json", JSON.stringify(shown), "application/json"),
    );
    addEventListener("hashchange", () => {
      chooseMoment();
      void refresh();
    });
    setInterval(() => {
      if (!document.hidden) void refresh();
    }, REFRESH_MS);
    chooseMoment();
    await show();
  },
};

/** The link in the address says which minute is looked at, and so which show. */
function chooseMoment(): void {
  const minute = momentIn(location.hash);
  if (minute === null) return;
  const list = field<HTMLSelectElement>("insights-hours");
  const { first, last } = minutesOf(list.value, Date.now());
  if (first <= minute && minute <= last) return;
  const choice = choiceAround(minute, shows, Date.now());
  if (![...list.options].some(({ value }) => value === choice.value)) offer(choice);
  list.value = choice.value;
}

function offer(...choices: readonly { readonly value: string; readonly words: string }[]): void {
  field("insights-hours").append(...choices.map(({ value, words }) => element("option", { value }, [words])));
}

async function show(): Promise<void> {
  const minutes = minutesOf(field<HTMLSelectElement>("insights-hours").value, Date.now());
  shown = await ask<ShownInsights>("GET", `insights/${minutes.first}-${minutes.last}`);
  const { all, guard } = shown;
  field("insights-guard").hidden = guard === null;
  write("insights-guard", guard?.text ?? "");
  field("insights-none").hidden = all !== null;
  field("insights-figures").hidden = all === null;
  if (all === null) return;
  const now = shown.minutes.at(-1);
  list("insights-all", [
    ["Viewers, last minute", now ? (cellsOf(now)[0] ?? "") : ""],
    ["Viewers at most", cellsOf(all)[0] ?? ""],
    ...TITLES.slice(1).map((title, index): [string, string] => [title, cellsOf(all)[index + 1] ?? ""]),
  ]);
  // The section is shown only after it has opened, and what is hidden has no width.
  field("insights").hidden = false;
  const moment = momentIn(location.hash);
  showCharts(shown.minutes, moment);
  showMoment(moment);
  fill("insights-parts", PART_TITLES, partsOf(shown));
  fill("insights-comparison", COMPARISON_TITLES, comparisonRows(shown.comparison));
  await showSpending(all, minutes, shows);
}

/** The figures of the minute that a link named. */
function showMoment(minute: number | null): void {
  const row = shown.minutes.find((each) => each.minute === minute);
  field("insights-moment").hidden = minute === null;
  if (minute === null) return;
  field("insights-moment-title").textContent = row
    ? `At ${clock(minute)}`
    : `At ${clock(minute)} nobody watched, or nobody has reported yet.`;
  const cells = row ? cellsOf(row) : [];
  list(
    "insights-moment-figures",
    cells.map((cell, index): [string, string] => [TITLES[index] ?? "", cell]),
  );
}

function list(id: string, rows: readonly (readonly [string, string])[]): void {
  field(id).replaceChildren(
    ...rows.map(([title, value]) =>
      element("div", {}, [element("dt", {}, [title]), element("dd", {}, [value])]),
    ),
  );
}

function fill(id: string, titles: Cells, rows: readonly Cells[]): void {
  const row = (name: "th" | "td", cells: Cells) =>
    element(
      "tr",
      {},
      cells.map((cell) => element(name, {}, [cell])),
    );
  const table = field<HTMLTableElement>(id);
  // It scrolls, also for who has only keys.
  if (table.parentElement) table.parentElement.tabIndex = 0;
  table.replaceChildren(row("th", titles), ...rows.map((cells) => row("td", cells)));
}

/** A file that this page makes by itself. */
function save(download: string, text: string, type: string): void {
  const href = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href, download }).click();
  URL.revokeObjectURL(href);
}
